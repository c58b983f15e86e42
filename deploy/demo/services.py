"""Fields of work of offices, building, health, schools and finance."""

from deploy.demo.work import Field, JobText

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
"""Jobs that any office might have."""

SERVICES: dict[str, Field] = {
    "office": Field(
        leaders=("Chánh Văn phòng", "Trưởng phòng Tổng hợp", "Phó Chánh Văn phòng", "Trưởng phòng Hành chính"),
        posts=(
            "Chuyên viên tổng hợp",
            "Văn thư",
            "Kế toán",
            "Chuyên viên công nghệ thông tin",
            "Lưu trữ viên",
            "Lái xe",
        ),
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
        leaders=(
            "Trưởng phòng Quản lý chất lượng",
            "Phó Trưởng phòng Thẩm định",
            "Giám đốc Trung tâm Kiểm định",
            "Trưởng phòng Quy hoạch",
        ),
        posts=(
            "Chuyên viên thẩm định",
            "Kỹ sư giám sát",
            "Kiểm định viên",
            "Chuyên viên quy hoạch",
            "Chuyên viên hạ tầng",
            "Kế toán",
        ),
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
        posts=(
            "Bác sĩ",
            "Điều dưỡng viên",
            "Dược sĩ",
            "Kỹ thuật viên xét nghiệm",
            "Hộ sinh",
            "Chuyên viên bảo hiểm y tế",
        ),
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
        posts=(
            "Giảng viên",
            "Giáo viên",
            "Chuyên viên khảo thí",
            "Thủ thư",
            "Chuyên viên công tác học sinh",
            "Kế toán",
        ),
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
        posts=(
            "Chuyên viên ngân sách",
            "Kiểm tra viên",
            "Giao dịch viên",
            "Cán bộ tín dụng",
            "Kế toán",
            "Kiểm soát viên",
        ),
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
}
