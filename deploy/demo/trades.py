"""Fields of work of farming, justice, enterprises, unions and culture."""

from deploy.demo.work import Field, JobText

TRADES: dict[str, Field] = {
    "agriculture": Field(
        leaders=("Chi cục trưởng", "Trưởng phòng Trồng trọt", "Giám đốc Trung tâm Khuyến nông", "Trưởng phòng Đất đai"),
        posts=(
            "Khuyến nông viên",
            "Kỹ sư thủy lợi",
            "Kiểm lâm viên",
            "Chuyên viên đất đai",
            "Quan trắc viên",
            "Chuyên viên thú y",
        ),
        jobs=(
            JobText(
                "Chuyển {n} ha lúa sang quy trình tưới ướt khô xen kẽ",
                "Khuyến nông, chuyển giao kỹ thuật",
                "Diện tích có nhật ký đồng ruộng, lượng nước đo tại cống",
                "Mô hình {n} ha và hội thảo đầu bờ với hợp tác xã",
                (15, 60),
            ),
            JobText(
                "Cấp xong {n} giấy chứng nhận đất còn tồn từ năm trước",
                "Đăng ký đất đai",
                "Số giấy trả cho người dân mỗi tháng",
                "Danh sách hồ sơ tồn về không, có lý do từng hồ sơ trả lại",
                (80, 260),
            ),
            JobText(
                "Nạo vét {n} km kênh nội đồng cùng các xã",
                "Quản lý công trình thủy lợi",
                "Số km nghiệm thu trước vụ hè thu",
                "Biên bản nghiệm thu và lịch tưới luân phiên",
                (6, 28),
            ),
        ),
    ),
    "justice": Field(
        leaders=("Chánh tòa Dân sự", "Trưởng phòng Nghiệp vụ", "Phó Chánh Thanh tra", "Trưởng phòng Bổ trợ tư pháp"),
        posts=(
            "Thẩm tra viên",
            "Thư ký tòa án",
            "Thanh tra viên",
            "Chấp hành viên",
            "Chuyên viên hộ tịch",
            "Trợ giúp viên pháp lý",
        ),
        jobs=(
            JobText(
                "Giải quyết xong {n} đơn tồn quá hạn",
                "Tiếp công dân, giải quyết đơn",
                "Số đơn có kết luận mỗi tháng, không phát sinh đơn quá hạn mới",
                "Sổ theo dõi đơn và thông báo kết quả cho từng người",
                (12, 48),
            ),
            JobText(
                "Hòa giải thành {n} % vụ việc được giao",
                "Hòa giải, giải quyết tranh chấp",
                "Tỷ lệ hòa giải thành tính theo quý",
                "Tập tình huống hòa giải dùng chung",
                (55, 75),
            ),
            JobText(
                "Tư vấn pháp luật lưu động tại {n} xã",
                "Trợ giúp pháp lý",
                "Số buổi, số lượt người được tư vấn",
                "Bộ câu hỏi thường gặp in phát tại chỗ",
                (6, 18),
            ),
        ),
    ),
    "enterprise": Field(
        leaders=("Giám đốc chi nhánh", "Trưởng phòng Kỹ thuật", "Quản đốc", "Trưởng phòng Kinh doanh"),
        posts=(
            "Kỹ sư vận hành",
            "Công nhân kỹ thuật",
            "Nhân viên chăm sóc khách hàng",
            "Trưởng ca",
            "Nhân viên thu ngân",
            "Thủ kho",
        ),
        jobs=(
            JobText(
                "Giảm tổn thất trên tuyến được giao thêm {k} điểm phần trăm",
                "Vận hành mạng lưới",
                "Số liệu tổn thất hằng tháng của tuyến, kiểm tra {n} điểm đo",
                "Danh sách điểm đo phải thay và kết quả sau khi thay",
                (40, 150),
            ),
            JobText(
                "Xử lý {n} % sự cố trong vòng hai giờ kể từ khi báo",
                "Trực vận hành, sửa chữa",
                "Nhật ký sự cố có giờ báo, giờ xong",
                "Bảng phân công trực và túi dụng cụ chuẩn cho từng ca",
                (85, 97),
            ),
            JobText(
                "Thực hiện {n} sáng kiến nhỏ giảm vật tư trong ca",
                "Cải tiến kỹ thuật",
                "Số sáng kiến được hội đồng công nhận, giá trị làm lợi",
                "Hồ sơ sáng kiến, có số liệu trước và sau",
                (1, 4),
            ),
            JobText(
                "Gọi lại {n} khách hàng đã phản ánh trong năm trước",
                "Chăm sóc khách hàng",
                "Số cuộc gọi có kết quả, tỷ lệ hài lòng",
                "Danh mục việc đã sửa theo phản ánh",
                (80, 320),
            ),
        ),
    ),
    "union": Field(
        leaders=("Chủ tịch Hội", "Phó Chủ tịch", "Trưởng ban Phong trào", "Trưởng ban Tuyên giáo"),
        posts=("Chuyên viên phong trào", "Chuyên viên tổ chức", "Cán bộ đoàn", "Chuyên viên tuyên truyền", "Kế toán"),
        jobs=(
            JobText(
                "Giúp {n} hộ hội viên vay vốn và dùng đúng mục đích",
                "Chăm lo đời sống hội viên",
                "Số hộ được thăm hai lần sau khi vay",
                "Sổ theo dõi từng hộ, thu nhập trước và sau",
                (10, 45),
            ),
            JobText(
                "Vận động {n} hội viên phân loại rác tại nhà",
                "Xây dựng phong trào ở cơ sở",
                "Số hộ còn làm sau ba tháng, kiểm tra ngẫu nhiên",
                "Mô hình tổ tự quản, bàn giao cho chi hội",
                (60, 300),
            ),
            JobText(
                "Mở {n} lớp nghề ngắn hạn theo nhu cầu hội viên",
                "Đào tạo nghề, tạo việc làm",
                "Số người có việc sau ba tháng",
                "Danh sách học viên và nơi làm việc",
                (2, 8),
            ),
        ),
    ),
    "culture": Field(
        leaders=("Tổng Biên tập", "Giám đốc Bảo tàng", "Trưởng phòng Thể thao", "Trưởng phòng Du lịch"),
        posts=("Phóng viên", "Biên tập viên", "Hướng dẫn viên", "Huấn luyện viên", "Thủ thư", "Kỹ thuật viên"),
        jobs=(
            JobText(
                "Viết {n} bài về cách làm hay ở cơ sở, có số liệu kiểm chứng",
                "Thông tin, tuyên truyền",
                "Số bài đăng, không bài nào phải đính chính",
                "Chuyên mục hằng tuần và kho tư liệu nguồn",
                (12, 36),
            ),
            JobText(
                "Kiểm kê, chụp ảnh {n} hiện vật chưa có hồ sơ",
                "Bảo quản hiện vật",
                "Số hiện vật có phiếu đầy đủ mỗi tháng",
                "Cơ sở dữ liệu hiện vật tra cứu được",
                (90, 400),
            ),
            JobText(
                "Đưa {n} buổi biểu diễn, chiếu phim về xã xa",
                "Phục vụ cơ sở",
                "Số buổi, số người xem ghi tại chỗ",
                "Lịch lưu động theo quý, công bố trước một tháng",
                (8, 30),
            ),
        ),
    ),
}
