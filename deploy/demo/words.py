"""What the invented people write: pledges, reports, self-criticisms, remarks, put together from their posts, jobs, numbers and months."""

from datetime import date
from random import Random

from deploy.demo.fields import FIELDS
from events.cycle.values import AnswerKind, Job

EXEMPLARY = (
    "Đến cơ quan trước giờ làm việc {n} phút, không giải quyết việc riêng trong giờ; mỗi tháng tự chấm một lần và báo cáo trước chi bộ.",
    "Trả lời mọi đề nghị của đồng nghiệp và người dân trong {n} giờ làm việc; việc chưa làm được thì hẹn ngày cụ thể.",
    "Nhận {n} việc khó mà bộ phận đang tồn, làm trước và kể lại cách làm cho cả phòng cùng dùng.",
    "Công khai lịch công tác tuần, đi cơ sở ít nhất {n} ngày mỗi tháng và ghi lại điều người dân phản ánh.",
    "Không dùng rượu bia vào buổi trưa ngày làm việc; vận động ít nhất {n} đồng chí cùng thực hiện.",
    "Tự học và thi đạt chứng chỉ nghiệp vụ trong năm, dành {n} giờ mỗi tuần, có sổ ghi.",
    "Hướng dẫn {n} đồng chí trẻ quen việc, kèm tại chỗ mỗi tuần một buổi.",
)
STANDARDS = {
    "loyalty": (
        "Dự đủ các buổi sinh hoạt chuyên đề, sau mỗi buổi viết {n} dòng về điều vận dụng vào việc của mình.",
        "Đọc kỹ nghị quyết mới trong tuần đầu, nêu ít nhất {n} việc của phòng phải sửa theo.",
    ),
    "innovation": (
        "Mỗi quý đề xuất {n} cách làm mới, làm thử ở phạm vi nhỏ rồi mới đề nghị nhân rộng.",
        "Bỏ {n} bước thừa trong quy trình đang làm, đo thời gian trước và sau.",
    ),
    "integrity": (
        "Kê khai đủ, đúng hạn; không nhận quà của người đang có hồ sơ; {n} tháng một lần tự rà lại.",
        "Tiết kiệm điện, giấy ở phần việc của mình, ghi số liệu {n} tháng một lần.",
    ),
    "unity": (
        "Góp ý thẳng, đúng lúc, đúng người; mỗi kỳ sinh hoạt có ít nhất {n} ý kiến về công việc chung.",
        "Nhận việc thay khi đồng chí khác ốm hoặc đi học, ít nhất {n} lần trong năm.",
    ),
    "example": (
        "Nói ngắn, làm trước; mỗi tháng hỏi ý kiến {n} người làm việc cùng về điều mình cần sửa.",
        "Đọc {n} cuốn sách nghề trong năm và kể lại tại chi bộ.",
    ),
}
SHORTCOMINGS = (
    "Có {n} văn bản trả lời chậm so với thời hạn, chưa báo trước cho lãnh đạo.",
    "Ít phát biểu trong sinh hoạt chi bộ, cả năm mới góp ý {n} lần.",
    "Báo cáo hằng tháng còn chung chung, {n} tháng không nêu được số liệu.",
    "Chưa theo dõi đến cùng phần việc đã giao cho người khác, {n} việc phải làm lại.",
    "Chưa kèm cặp đồng chí mới như đã hứa, mới làm được {n} buổi.",
    "Đi cơ sở ít hơn kế hoạch {n} buổi.",
    "Có lúc nóng nảy khi trao đổi với người đến liên hệ, bị phản ánh {n} lần.",
    "Chưa hoàn thành khóa học nghiệp vụ đã đăng ký, còn thiếu {n} học phần.",
)
REMEDIES = (
    "Lập bảng theo dõi riêng, rà vào sáng thứ Hai, nhờ đồng chí phó bí thư kiểm tra mỗi tháng.",
    "Đặt mốc theo từng quý, báo kết quả trong báo cáo hằng tháng; quá mốc thì nêu trước chi bộ.",
    "Cùng tổ trưởng chia nhỏ việc, mỗi tuần làm xong một phần và ghi sổ.",
)
POINTS = {
    "jobs": (
        "Nêu rõ cách đo và con số cần đạt của việc thứ nhất.",
        "Thời hạn quá xa, đề nghị chia mốc theo quý.",
        "Sản phẩm chưa cụ thể, cần nói rõ giao cho ai sử dụng.",
    ),
    "exemplary": (
        "Cam kết nêu gương còn chung, đề nghị chọn một việc làm được hằng ngày.",
        "Bổ sung cách để chi bộ kiểm tra được.",
    ),
    "standards": ("Gắn chuẩn mực đã chọn với vị trí việc làm hiện nay.", "Nói rõ mỗi tháng sẽ làm gì."),
}
REVIEW_POINTS = {
    "duties": ("Bổ sung số liệu so với cam kết đầu năm.", "Nêu rõ phần việc nào do mình làm, phần nào cùng làm."),
    "shortcomings": (
        "Phần hạn chế còn nhẹ, đề nghị nói thẳng việc chậm trong quý III.",
        "Tách hạn chế của mình với khó khăn khách quan.",
    ),
    "direction": ("Nêu thời hạn khắc phục cho từng hạn chế.", "Chọn một, hai việc chính, tránh liệt kê."),
}
CRITICISMS = (
    (
        "Đồng chí làm chắc việc được giao, nhưng chia sẻ kinh nghiệm cho anh em còn ít; đề nghị mỗi tháng kể lại một cách làm.",
        "Tôi tiếp thu. Từ tháng tới tôi sẽ kể lại cách làm trong mười phút đầu của buổi họp phòng.",
    ),
    (
        "Tôi thấy tiến độ quý III chậm hơn cam kết; lần sau nên báo sớm để phòng cùng gỡ.",
        "Đúng là tôi báo chậm. Tôi đã đặt mốc nhắc trước hạn năm ngày và gửi cho đồng chí phó bí thư cùng theo dõi.",
    ),
    (
        "Số liệu trong báo cáo tháng có lúc chưa khớp với bảng chung, đề nghị đối chiếu trước khi gửi.",
        "Tôi nhận khuyết điểm này, sẽ đối chiếu với bộ phận tổng hợp trước ngày 3 hằng tháng.",
    ),
    (
        "Đồng chí nhiệt tình, song khi bận thường trả lời ngắn, dễ gây hiểu nhầm cho người mới.",
        "Cảm ơn đồng chí. Tôi sẽ chú ý cách trao đổi, nhất là lúc cao điểm.",
    ),
    (
        "Phần đi cơ sở còn mỏng so với đăng ký, nên sắp lịch cố định vào giữa tháng.",
        "Tôi giải trình thêm: hai tháng đó tôi đi học tập trung. Tôi sẽ bù vào quý I năm sau, lịch cố định vào ngày 15.",
    ),
    (
        "Trong sinh hoạt, đồng chí hay nhường lời; mong đồng chí nói thẳng hơn về việc chung của phòng.",
        "Tôi xin nhận. Kỳ sinh hoạt tới tôi đăng ký nói trước về việc chia ca trực.",
    ),
)
"""What a comrade says, and what the member answers."""
RETURN_REASONS = (
    "Số liệu tháng này chưa khớp với bảng chung của phòng, đề nghị xem lại.",
    "Chưa nêu kết quả của việc thứ nhất, đề nghị bổ sung.",
    "Nội dung trùng với tháng trước, đề nghị nói rõ phần làm thêm.",
)
CITATIONS = (
    "Hoàn thành vượt cam kết {n} %, có sản phẩm được đơn vị khác dùng lại.",
    "Đi đầu trong việc khó của đơn vị, làm lợi {n} triệu đồng, được tập thể tín nhiệm.",
    "Các việc đăng ký đều vượt mức, giúp {n} đồng chí cùng hoàn thành.",
)
REMARKS = {
    "excellent": (
        "Vượt các việc đã cam kết, sẵn sàng giúp đồng đội; đề nghị giữ vững.",
        "Kết quả nổi bật, có sản phẩm cụ thể; cần chia sẻ cách làm rộng hơn.",
    ),
    "good": (
        "Làm tốt việc đã cam kết, báo cáo đều; cần mạnh dạn góp ý hơn.",
        "Chắc việc, đúng hạn; nên chọn việc khó hơn cho năm sau.",
    ),
    "completed": (
        "Hoàn thành phần chính, còn việc chậm; cần lập lịch theo dõi.",
        "Cố gắng nhưng tiến độ chưa đều, báo cáo có tháng thiếu.",
    ),
    "not_completed": (
        "Không hoàn thành việc đã cam kết, chi bộ đã nhắc nhiều lần.",
        "Có vi phạm trong năm, cần kiểm điểm nghiêm túc.",
    ),
}


def pick(rng: Random, texts: tuple[str, ...], low: int = 2, high: int = 6) -> str:
    """One of the texts with its number filled in."""
    return rng.choice(texts).format(n=rng.randint(low, high))


def job(rng: Random, field: str, number: int, year: int) -> Job:
    """A job of the field, under the id that the rule will give it."""
    text = rng.choice(FIELDS[field].jobs)
    values = {"n": rng.randint(*text.n), "k": rng.randint(2, 4), "q": rng.choice(("I", "II", "III"))}
    deadline = rng.choice((date(year, 6, 30), date(year, 9, 30), date(year, 11, 15), date(year, 11, 30)))
    return Job(
        id=f"job-{number}",
        title=text.title.format(**values),
        duty=text.duty,
        measure=text.measure.format(**values) + ".",
        deadline=deadline,
        product=text.product.format(**values) + ".",
    )


def done(rng: Random, item: str, progress: int, month: int) -> str:
    """A month's result for one item."""
    if item.startswith("job-"):
        return rng.choice((
            f"Tháng {month} làm thêm {rng.randint(4, 15)} % khối lượng, lũy kế {progress} %; {rng.choice(('đúng tiến độ', 'chậm một tuần do chờ số liệu', 'nhanh hơn kế hoạch vài ngày'))}.",
            f"Lũy kế {progress} %. Đã xong phần {rng.choice(('khảo sát', 'làm thử', 'đối chiếu', 'lấy ý kiến'))}, tháng tới làm phần còn lại.",
            f"Đạt {progress} % so với cam kết; gặp khó ở {rng.choice(('khâu phối hợp', 'nguồn số liệu', 'thời tiết', 'nhân lực'))}, đã xin ý kiến lãnh đạo ngày {rng.randint(2, 9)}/{month}.",
        ))  # fmt: skip
    if item == "exemplary":
        return rng.choice((
            f"Tháng {month} giữ được cam kết, có {rng.randint(1, 2)} ngày chưa trọn.",
            f"Thực hiện đều, có {rng.randint(1, 3)} lần chưa làm được, đã tự nhắc.",
            f"Đã giúp {rng.randint(1, 4)} đồng chí cùng làm theo trong tháng {month}.",
        ))  # fmt: skip
    if item.startswith("standard-"):
        return rng.choice((
            f"Tháng {month} có {rng.randint(1, 3)} việc cụ thể theo chuẩn mực đã chọn, ghi trong sổ công tác.",
            f"Đã nêu {rng.randint(1, 3)} ý kiến tại buổi sinh hoạt, được tiếp thu một phần.",
            f"Làm đều mỗi tuần; tự chấm {rng.randint(7, 9)}/10.",
        ))  # fmt: skip
    return rng.choice((
        f"Đã khắc phục được {progress} %, còn theo dõi đến hết quý.",
        f"Tháng {month} không để lặp lại; đồng chí phó bí thư đã kiểm tra ngày {rng.randint(2, 9)}/{month}.",
    ))  # fmt: skip


def section(rng: Random, code: str, post: str, title: str, progress: int, debts: int) -> str:
    """One section of the self-criticism. `title`: of the first job; `debts`: how many shortcomings were carried in."""
    texts: dict[str, tuple[str, ...]] = {
        "politics_ethics": (
            f"Ở vị trí {post}, tôi giữ lập trường vững, sống giản dị, chấp hành đủ nội quy; dự {rng.randint(8, 10)}/10 kỳ sinh hoạt.",
            f"Tôi chấp hành phân công của chi bộ, không vi phạm những điều đảng viên không được làm; đã học {rng.randint(2, 5)} chuyên đề và có liên hệ bằng việc cụ thể.",
        ),
        "duties": (
            f"Việc chính trong năm: {title[0].lower()}{title[1:]}. Kết quả đạt {progress} % so với cam kết, các việc thường xuyên đúng hạn.",
            f"Hoàn thành {rng.randint(18, 46)} đầu việc được giao; riêng việc đăng ký đạt {progress} %, có sản phẩm bàn giao.",
        ),
        "leadership": (
            f"Đơn vị phụ trách hoàn thành {rng.randint(92, 100)} % chỉ tiêu; mỗi tháng giao ban một lần, việc tồn giảm còn {rng.randint(1, 6)}.",
            f"Tôi phân công rõ người, rõ hạn; đã xử lý {rng.randint(2, 7)} việc vướng giữa các bộ phận.",
        ),
        "responsibility": (
            f"Nhận trực tiếp {rng.randint(1, 4)} việc khó kéo dài từ năm trước, đã xong {rng.randint(1, 3)} việc.",
            "Dám chịu trách nhiệm khi thay đổi quy trình, có theo dõi số liệu trước và sau.",
        ),
        "example": (
            "Gia đình và bản thân chấp hành tốt ở nơi cư trú; công khai lịch làm việc và kết quả trước đơn vị.",
            f"Đi đầu trong tiết kiệm của đơn vị, giảm {rng.randint(6, 18)} % chi phí hội họp.",
        ),
        "pledge_result": (
            f"Đối chiếu bản cam kết đầu năm: việc đăng ký đạt {progress} %; cam kết nêu gương thực hiện đều {rng.randint(7, 10)} tháng.",
            f"Đã báo cáo {rng.randint(8, 10)} tháng; phần làm được nhiều nhất là việc thứ nhất, đạt {progress} %.",
        ),
        "shortcomings": (
            pick(rng, SHORTCOMINGS),
            f"{pick(rng, SHORTCOMINGS)} Ngoài ra còn ngại việc mới trong quý {rng.choice(('I', 'II', 'III'))}.",
        ),
        "causes": (
            "Do tôi sắp xếp thời gian chưa hợp lý và chưa báo sớm khi gặp khó.",
            "Chủ quan là chính: chưa lập lịch theo dõi riêng, còn chờ nhắc.",
        ),
        "remedied": (
            f"Có {debts} hạn chế được nêu năm trước; đã có biện pháp, kết quả ghi trong báo cáo hằng tháng.",
            f"Đã khắc phục {debts} hạn chế nêu năm trước theo mốc đăng ký, chi bộ kiểm tra giữa năm.",
        ),
        "prompted": (),
        "collective_responsibility": ("Tôi nhận phần trách nhiệm trong việc phòng báo cáo chậm một lần ở quý II.",),
        "direction": (
            f"Quý I năm sau lập bảng theo dõi, quý II hoàn thành học phần còn thiếu; mỗi tháng tự kiểm tra {rng.randint(1, 2)} lần.",
            "Chọn một việc để sửa dứt điểm trong sáu tháng đầu năm, báo cáo tại sinh hoạt tháng 7.",
        ),
    }  # fmt: skip
    return rng.choice(texts[code]) if texts.get(code) else ""


ANSWERS = {
    AnswerKind.REVISED: (
        "Đã bổ sung con số và thời hạn theo góp ý.",
        "Đã viết lại phần này, nêu rõ cách kiểm tra.",
        "Đã thay bằng việc cụ thể hơn, có người cùng theo dõi.",
    ),
    AnswerKind.EXPLAINED: (
        "Xin giải trình: việc này phụ thuộc kế hoạch chung của đơn vị, đã nêu mốc gần nhất có thể.",
        "Xin giữ nội dung cũ vì đã thống nhất với bộ phận phối hợp; phần kiểm tra sẽ báo cáo hằng tháng.",
    ),
}
