"""What people of a field do: posts of leaders and of others, and jobs they might pledge. `{n}` and `{k}` are numbers, `{q}` a quarter."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobText:
    """A concrete job: what, by which duty, how it is measured, what comes of it. `n`: bounds of its number."""

    title: str
    duty: str
    measure: str
    product: str
    n: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of work."""

    leaders: tuple[str, ...]
    posts: tuple[str, ...]
    jobs: tuple[JobText, ...]


OFFICE = (
    JobText(
        "Số hóa và gắn mã tra cứu {n} hồ sơ lưu trữ còn ở dạng giấy",
        "Quản lý hồ sơ, tài liệu của phòng",
        "Số hồ sơ được quét, đặt tên theo quy tắc và kiểm tra chéo mỗi tháng",
        "Kho hồ sơ số {n} mục, tìm được trong dưới một phút",
        (120, 900),
    ),
    JobText(
        "Rút thời gian trả lời văn bản đến từ 5 ngày xuống còn {k} ngày làm việc",
        "Tham mưu xử lý văn bản đến",
        "Tỷ lệ văn bản trả lời đúng hạn trên phần mềm, đạt ít nhất {n} %",
        "Bảng theo dõi văn bản công khai trong phòng, cập nhật thứ Sáu hằng tuần",
        (92, 99),
    ),
    JobText(
        "Giảm {n} % giấy in và văn phòng phẩm so với năm trước",
        "Sử dụng tài sản, kinh phí được giao",
        "Số ram giấy nhận mỗi quý đối chiếu với cùng kỳ",
        "Báo cáo tiết kiệm theo quý, kèm số liệu của bộ phận kế toán",
        (10, 30),
    ),
)

FIELDS: dict[str, Field] = {
    "office": Field(
        leaders=("Chánh Văn phòng", "Trưởng phòng Tổng hợp", "Phó Chánh Văn phòng", "Trưởng phòng Hành chính"),
        posts=("Chuyên viên tổng hợp", "Văn thư", "Kế toán", "Chuyên viên công nghệ thông tin", "Lưu trữ viên", "Lái xe"),
        jobs=(
            *OFFICE,
            JobText(
                "Soạn sổ tay một trang cho {n} thủ tục nội bộ hay hỏi nhất",
                "Hướng dẫn nghiệp vụ cho các bộ phận",
                "Số sổ tay được lãnh đạo phòng duyệt và đưa lên trang nội bộ",
                "Bộ {n} sổ tay một trang, có người phụ trách cập nhật",
                (6, 20),
            ),
        ),
    ),
    "construction": Field(
        leaders=("Trưởng phòng Quản lý chất lượng", "Phó Trưởng phòng Thẩm định", "Giám đốc Trung tâm Kiểm định", "Trưởng phòng Quy hoạch"),
        posts=("Chuyên viên thẩm định", "Kỹ sư giám sát", "Kiểm định viên", "Chuyên viên quy hoạch", "Chuyên viên hạ tầng", "Kế toán"),
        jobs=(
            JobText(
                "Kiểm tra hiện trường {n} công trình trước mùa mưa bão",
                "Quản lý chất lượng công trình xây dựng",
                "Số biên bản kiểm tra có ảnh và kiến nghị, hoàn thành trong quý {q}",
                "Danh mục công trình phải gia cố, gửi chủ đầu tư",
                (12, 40),
            ),
            JobText(
                "Rút thời gian thẩm định thiết kế cơ sở xuống {n} ngày làm việc",
                "Thẩm định hồ sơ thiết kế",
                "Thời gian trung bình của hồ sơ trên hệ thống một cửa",
                "Quy trình thẩm định rút gọn và danh mục lỗi hay gặp gửi chủ đầu tư",
                (14, 22),
            ),
            JobText(
                "Lập bản đồ điểm ngập của {n} tuyến phố và đề xuất cách xử lý",
                "Quản lý hạ tầng kỹ thuật đô thị",
                "Số tuyến được khảo sát sau mỗi trận mưa lớn",
                "Bản đồ điểm ngập kèm đề xuất cống, hố ga cần cải tạo",
                (8, 25),
            ),
            OFFICE[0],
        ),
    ),
    "health": Field(
        leaders=("Trưởng khoa Nội", "Trưởng phòng Kế hoạch tổng hợp", "Điều dưỡng trưởng", "Phó Giám đốc bệnh viện"),
        posts=("Bác sĩ", "Điều dưỡng viên", "Dược sĩ", "Kỹ thuật viên xét nghiệm", "Hộ sinh", "Chuyên viên bảo hiểm y tế"),
        jobs=(
            JobText(
                "Giảm thời gian chờ khám trung bình xuống {n} phút",
                "Khám và tiếp đón người bệnh",
                "Thời gian chờ đo ngẫu nhiên hai ngày mỗi tháng",
                "Sơ đồ luồng khám mới và bảng số liệu hằng tháng",
                (35, 60),
            ),
            JobText(
                "Tổ chức {n} buổi khám, tư vấn cho người cao tuổi tại xã",
                "Chăm sóc sức khỏe ban đầu",
                "Số buổi và số người được khám, có sổ theo dõi huyết áp",
                "Danh sách người cần theo dõi, bàn giao trạm y tế",
                (4, 12),
            ),
            JobText(
                "Hướng dẫn {n} người bệnh mạn tính tự theo dõi tại nhà",
                "Điều dưỡng, tư vấn người bệnh",
                "Tỷ lệ người bệnh tái khám đúng hẹn",
                "Tờ hướng dẫn khổ lớn và sổ tự theo dõi",
                (40, 160),
            ),
        ),
    ),
    "education": Field(
        leaders=("Trưởng phòng Đào tạo", "Trưởng khoa Cơ khí", "Phó Hiệu trưởng", "Trưởng phòng Giáo dục phổ thông"),
        posts=("Giảng viên", "Giáo viên", "Chuyên viên khảo thí", "Thủ thư", "Chuyên viên công tác học sinh", "Kế toán"),
        jobs=(
            JobText(
                "Kèm riêng {n} học sinh có nguy cơ bỏ học",
                "Giảng dạy, chủ nhiệm lớp",
                "Số học sinh tiếp tục đi học và điểm trung bình cuối kỳ",
                "Sổ theo dõi từng em, trao đổi với gia đình mỗi tháng một lần",
                (5, 15),
            ),
            JobText(
                "Biên soạn {n} bài giảng có thí nghiệm làm được tại lớp",
                "Đổi mới phương pháp giảng dạy",
                "Số bài được tổ chuyên môn dự giờ, góp ý",
                "Bộ {n} bài giảng dùng chung trong tổ",
                (8, 24),
            ),
            JobText(
                "Kết nối {n} doanh nghiệp nhận học sinh thực tập có trả lương",
                "Liên kết đào tạo",
                "Số thỏa thuận ký và số học sinh được nhận",
                "Danh bạ doanh nghiệp và mẫu thỏa thuận thực tập",
                (3, 10),
            ),
        ),
    ),
    "finance": Field(
        leaders=("Trưởng phòng Ngân sách", "Trưởng phòng Kiểm tra", "Phó Giám đốc chi nhánh", "Trưởng phòng Nghiệp vụ"),
        posts=("Chuyên viên ngân sách", "Kiểm tra viên", "Giao dịch viên", "Cán bộ tín dụng", "Kế toán", "Kiểm soát viên"),
        jobs=(
            JobText(
                "Hướng dẫn {n} hộ kinh doanh kê khai trên điện thoại",
                "Hỗ trợ người nộp thuế",
                "Số hộ tự kê khai đúng ở kỳ tiếp theo",
                "Video hướng dẫn ba phút và danh sách hộ đã làm được",
                (60, 240),
            ),
            JobText(
                "Quyết toán dứt điểm {n} khoản tạm ứng kéo dài",
                "Quản lý thu, chi ngân sách",
                "Số khoản được hoàn ứng theo từng quý",
                "Bảng đối chiếu công nợ không còn khoản quá 12 tháng",
                (10, 35),
            ),
            JobText(
                "Thẩm định tại chỗ {n} phương án vay vốn của hộ nghèo",
                "Cho vay, thu nợ",
                "Tỷ lệ phương án giải ngân trong 5 ngày",
                "Sổ tay thẩm định theo từng loại vật nuôi, cây trồng",
                (20, 80),
            ),
            OFFICE[1],
        ),
    ),
    "agriculture": Field(
        leaders=("Chi cục trưởng", "Trưởng phòng Trồng trọt", "Giám đốc Trung tâm Khuyến nông", "Trưởng phòng Đất đai"),
        posts=("Khuyến nông viên", "Kỹ sư thủy lợi", "Kiểm lâm viên", "Chuyên viên đất đai", "Quan trắc viên", "Chuyên viên thú y"),
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
        posts=("Thẩm tra viên", "Thư ký tòa án", "Thanh tra viên", "Chấp hành viên", "Chuyên viên hộ tịch", "Trợ giúp viên pháp lý"),
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
        posts=("Kỹ sư vận hành", "Công nhân kỹ thuật", "Nhân viên chăm sóc khách hàng", "Trưởng ca", "Nhân viên thu ngân", "Thủ kho"),
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
}  # fmt: skip
