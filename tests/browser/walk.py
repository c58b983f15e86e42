"""One member's year from pledge to commendation, as the people of the open cell go through it, by what the pages say."""

from dataclasses import dataclass
from datetime import date

from playwright.async_api import expect

from tests.browser.desk import Desk

GROUP = "Việc của tập thể"
EXCELLENT = "Hoàn thành xuất sắc"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Who takes part."""

    member: Desk
    comrade: Desk
    secretary: Desk
    committee: Desk

    @property
    def name(self) -> str:
        """The member's."""
        return self.member.login.person


def typed(day: date) -> str:
    """As people type a date."""
    return f"{day.day}/{day.month}/{day.year}"


async def pledge(cell: Cell, today: date) -> None:
    """Written, looked over, submitted."""
    await written_pledge(cell.member, today)
    await cell.member.press("Nộp")
    await cell.member.see("Đã nộp cam kết.")


async def written_pledge(me: Desk, today: date) -> None:
    """As far as the page that shows it once more."""
    await me.take("Viết cam kết")
    await me.write("Việc sẽ làm", "Kiểm tra 12 công trình trước mùa mưa bão")
    await me.write("Gắn với nhiệm vụ", "Quản lý chất lượng công trình")
    await me.write("Kết quả sẽ đạt", "12 biên bản có ảnh")
    await me.write("Sản phẩm", "Danh mục công trình phải gia cố")
    await me.write("Xong trước", typed(date(today.year, 12, 15)))
    await me.write("Cam kết nêu gương", "Đến công trình đúng giờ, công khai lịch kiểm tra mỗi tuần.")
    await me.page.get_by_label("Chuẩn mực thứ 1", exact=True).select_option(
        label="Đoàn kết, kỷ cương, tình thương, trách nhiệm"
    )
    await me.write("Cách rèn chuẩn mực thứ 1", "Mỗi tháng kèm một đồng chí trẻ đi công trình.")
    for number in range(await me.page.get_by_role("group", name="Trả lời hạn chế thứ").count()):
        await me.choose(f"Trả lời hạn chế thứ {number + 1}", "Khắc phục trong năm")
        await me.write("Cách làm", "Ghi sổ theo dõi hằng tuần", number)
        await me.write("Xong trước", typed(date(today.year, 12, 20)), number + 1)
    await me.press("Xem lại trước khi nộp")
    await me.see("Xem lại cam kết năm", "12 biên bản có ảnh")


async def pledge_returned_and_approved(cell: Cell) -> None:
    """Sent back with a point, answered, approved as it was read."""
    await cell.secretary.take(cell.name, "Duyệt cam kết", view=GROUP)
    await cell.secretary.see("12 biên bản có ảnh")
    await cell.secretary.write("Điểm cần sửa", "Nêu rõ ai nhận danh mục.")
    await cell.secretary.press("Trả lại")
    await cell.secretary.see("Cần sửa", "Nêu rõ ai nhận danh mục.")

    await cell.member.take("Sửa cam kết theo điểm được nêu")
    await cell.member.choose("Đã làm gì với điểm 1", "Đã sửa")
    await cell.member.write("Trả lời điểm 1", "Đã ghi rõ: gửi chủ đầu tư.")
    await cell.member.write("Sản phẩm", "Danh mục công trình phải gia cố, gửi chủ đầu tư")
    await cell.member.press("Xem lại trước khi nộp")
    await cell.member.press("Nộp")
    await cell.member.see("Đã nộp cam kết.")

    await cell.secretary.take(cell.name, "nộp lần 2", view=GROUP)
    await cell.secretary.see("Đã ghi rõ: gửi chủ đầu tư.", "Chỗ đã sửa")
    await cell.secretary.choose("Điểm 1", "Chấp nhận")
    await cell.secretary.press("Thông qua")
    await cell.secretary.see(f"Đã thông qua cam kết của đồng chí {cell.name}.")


async def month(cell: Cell, number: int) -> None:
    """The member reports, the secretary confirms the month for the cell."""
    me, secretary = cell.member, cell.secretary
    await me.take(f"Báo kết quả tháng {number}")
    fields = me.page.get_by_role("textbox", name="Mức đã làm của mục")
    for index in range(await fields.count()):
        await me.write(f"Mức đã làm của mục {index + 1},", "80")
        await me.write(f"Việc đã làm của mục {index + 1}", "Đã kiểm tra 10 công trình, còn 2.", 0)
    await me.press("Nộp kết quả")
    await me.see(f"Đã nộp kết quả tháng {number}.")

    await secretary.take(f"Xác nhận kết quả tháng {number}", view=GROUP)
    await secretary.see(cell.name, "Đã kiểm tra 10 công trình, còn 2.")
    await secretary.page.get_by_role("button", name="Xác nhận").first.click()
    await secretary.see(f"Đã xác nhận kết quả tháng {number}")


async def self_criticism(cell: Cell, today: date) -> None:
    """Written from what is filled in already, criticised, answered, presented, accepted with a shortcoming."""
    me, comrade, secretary = cell.member, cell.comrade, cell.secretary
    await me.take("Viết bản tự kiểm điểm")
    sections = me.page.locator("textarea[name^='sections.']")
    for index in range(await sections.count()):
        if not (await sections.nth(index).input_value()).strip():
            await sections.nth(index).fill("Còn chậm báo cáo hai lần, do chưa lập lịch; sẽ sửa trong quý I.")
    for number in range(await me.page.get_by_role("group", name="Kết quả hạn chế thứ").count()):
        await me.choose(f"Kết quả hạn chế thứ {number + 1}", "Đã khắc phục")
    await me.choose("Mức tự nhận", EXCELLENT)
    if await me.field("Điểm tiêu chí chung").count():
        await me.write("Điểm tiêu chí chung", "29")
        await me.write("Điểm kết quả nhiệm vụ", "66")
    await me.press("Xem lại trước khi nộp")
    await me.see("Xem lại bản tự kiểm điểm")
    await me.press("Nộp")
    await me.see("Đã nộp bản tự kiểm điểm.")

    await comrade.go("Chi bộ")
    row = comrade.page.get_by_role("row").filter(has_text=cell.name)
    await row.get_by_role("cell").nth(2).get_by_role("link").click()
    await comrade.page.get_by_label("Về mục").select_option(index=1)
    await comrade.write("Góp ý", "Nên báo sớm hơn khi công trình chậm.")
    await comrade.press("Gửi góp ý")
    await comrade.see(f"Đã gửi góp ý cho đồng chí {cell.name}.")

    await me.take("Trả lời một góp ý")
    await me.see("Nên báo sớm hơn khi công trình chậm.")
    await me.write(f"Trả lời đồng chí {comrade.login.person}", "Tôi tiếp thu, sẽ báo trong ngày.")
    await me.press("Trả lời")
    await me.see("Đã trả lời góp ý.")

    await secretary.take(cell.name, "Duyệt bản tự kiểm điểm", view=GROUP)
    await secretary.write("Ngày họp chi bộ", typed(today))
    await secretary.write("Căn cứ", "Biên bản 11")
    await secretary.press("Ghi đã trình bày")
    await secretary.see("Đã ghi: trình bày trước chi bộ")
    await secretary.write("Nhận xét của chi ủy", "Tự kiểm điểm nghiêm túc, nêu đúng việc.")
    await secretary.write("Hạn chế thứ 1", "Báo cáo chậm khi công trình vướng")
    await secretary.press("Thông qua")
    await secretary.see("Đã thông qua bản tự kiểm điểm")


async def appraisal(cell: Cell, today: date) -> None:
    """The counted vote, and the committee's decision on it."""
    secretary, committee = cell.secretary, cell.committee
    await secretary.take(cell.name, "Ghi biểu quyết", view=GROUP)
    await secretary.write("Ngày họp chi bộ", typed(today))
    await secretary.write("Số người có quyền", "11")
    await secretary.write("Số người có mặt", "11")
    votes = secretary.page.get_by_role("group", name="Số phiếu từng mức")
    await secretary.field(EXCELLENT, within=votes).fill("9")
    await secretary.field("Hoàn thành tốt", within=votes).fill("2")
    await secretary.choose("Mức chi bộ đề nghị", EXCELLENT)
    if await secretary.field("Tiêu chí chung").count():
        await secretary.write("Tiêu chí chung", "29")
        await secretary.write("Kết quả nhiệm vụ", "66")
    await secretary.write("Nhiệm vụ đã hoàn thành", "100")
    await secretary.write("Vượt yêu cầu", "35")
    await secretary.write("Nhiệm vụ chậm hạn", "0")
    await secretary.press("Ghi kết quả")
    await secretary.see(f"Đã ghi kết quả biểu quyết đồng chí {cell.name}.")

    await committee.take(cell.name, "Chốt xếp loại", view=GROUP)
    await committee.choose("Mức xếp loại", EXCELLENT)
    await committee.write("Số quyết định", "12-QĐ/ĐU")
    await committee.press("Quyết định")
    await committee.see(f"Đã quyết định xếp loại đồng chí {cell.name}.")


async def commendation_and_result(cell: Cell) -> None:
    """Proposed by the cell, read and acknowledged by the member, decided by the committee."""
    me, secretary, committee = cell.member, cell.secretary, cell.committee
    await secretary.go("Chi bộ")
    row = secretary.page.get_by_role("row").filter(has_text=cell.name)
    await row.get_by_role("link", name="Chờ đọc").click()
    await secretary.press("Khen thưởng")
    await secretary.write("Thành tích", "Kiểm tra đủ 12 công trình trước mùa mưa, vượt 35 %.")
    await secretary.press("Đề nghị")
    await secretary.see(f"Đã đề nghị khen thưởng đồng chí {cell.name}.")

    await me.take("Đọc kết quả xếp loại")
    await me.see(EXCELLENT, "12-QĐ/ĐU", "Báo cáo chậm khi công trình vướng")
    await me.press("Đã đọc và đồng ý")
    await me.see("Đã ghi nhận đồng chí đọc và đồng ý kết quả.")

    await committee.take(cell.name, "Quyết định", view=GROUP)
    await committee.write("Số quyết định khen thưởng", "07-QĐ/KT")
    await committee.press("Khen thưởng")
    await committee.see(f"Đã quyết định khen thưởng đồng chí {cell.name}.")


async def closed(cell: Cell) -> None:
    """The calendar closes the year; the member sees it on the timeline, with who did what."""
    me = cell.member
    for _ in range(60):
        await me.go("Năm của tôi")
        if await me.page.get_by_text("Năm khép lại: Hoàn thành xuất sắc").count():
            break
        await me.page.wait_for_timeout(500)
    await me.see("Mọi bước của năm đã xong.")
    timeline = me.page.locator("#timeline")
    for words in (
        "Năm khép lại: Hoàn thành xuất sắc",
        "07-QĐ/KT",
        "Đã đọc kết quả",
        "12-QĐ/ĐU",
        "Chi bộ đề nghị: Hoàn thành xuất sắc",
        "Tôi tiếp thu, sẽ báo trong ngày.",
        "Trả lại cam kết",
        cell.secretary.login.person,
    ):
        await expect(timeline.get_by_text(words).first).to_be_visible()
