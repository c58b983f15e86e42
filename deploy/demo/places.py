"""The invented organisation's units: one root, base organisations with several cells, and bases that are a single cell."""

ROOT = "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Vân Giang"

# A base organisation with several cells: name, field, cells (each with a field of its own where it differs, after a bar).
BASES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Sở Xây dựng", "construction", ("Phòng Quản lý chất lượng công trình", "Văn phòng Sở|office", "Phòng Quy hoạch – Kiến trúc", "Phòng Hạ tầng kỹ thuật", "Thanh tra Sở|justice", "Trung tâm Kiểm định xây dựng")),
    ("Bệnh viện Đa khoa tỉnh", "health", ("Khối Nội", "Khối Ngoại", "Khoa Cấp cứu", "Khoa Nhi", "Khối Hành chính|office")),
    ("Sở Nông nghiệp và Môi trường", "agriculture", ("Văn phòng Sở|office", "Chi cục Thủy lợi", "Chi cục Kiểm lâm", "Trung tâm Khuyến nông", "Phòng Đăng ký đất đai")),
    ("Công ty Điện lực Vân Giang", "enterprise", ("Khối Văn phòng|office", "Đội Quản lý vận hành 1", "Đội Quản lý vận hành 2", "Phân xưởng Sửa chữa")),
    ("Trường Cao đẳng Nghề Vân Giang", "education", ("Khối Phòng ban|office", "Khoa Cơ khí", "Khoa Điện – Điện tử", "Khoa Kinh tế")),
    ("Sở Giáo dục và Đào tạo", "education", ("Văn phòng Sở|office", "Khối Phổ thông", "Khối Mầm non – Tiểu học", "Trung tâm Giáo dục thường xuyên")),
    ("Thuế tỉnh Vân Giang", "finance", ("Khối Văn phòng|office", "Khối Kiểm tra", "Khối Hỗ trợ người nộp thuế", "Khối Quản lý hộ kinh doanh")),
    ("Sở Y tế", "health", ("Văn phòng Sở|office", "Chi cục Dân số", "Trung tâm Kiểm soát bệnh tật")),
    ("Công ty Cổ phần Cấp nước Vân Giang", "enterprise", ("Khối Văn phòng|office", "Nhà máy nước số 1", "Xí nghiệp Mạng lưới")),
    ("Ngân hàng Nông nghiệp chi nhánh Vân Giang", "finance", ("Khối Hội sở", "Khối Tín dụng", "Khối Kế toán – Ngân quỹ")),
    ("Viễn thông Vân Giang", "enterprise", ("Khối Văn phòng|office", "Trung tâm Kinh doanh", "Trung tâm Hạ tầng mạng")),
    ("Văn phòng Ủy ban nhân dân tỉnh", "office", ("Khối Tổng hợp", "Khối Hành chính – Quản trị", "Trung tâm Phục vụ hành chính công")),
    ("Tòa án nhân dân tỉnh", "justice", ("Khối Nghiệp vụ", "Khối Văn phòng|office", "Tòa Dân sự")),
    ("Báo và Phát thanh, Truyền hình Vân Giang", "culture", ("Khối Nội dung", "Khối Kỹ thuật|enterprise")),
)  # fmt: skip

# A base organisation of one cell: name, field.
BASE_CELLS: tuple[tuple[str, str], ...] = (
    ("Văn phòng Đảng ủy Khối", "office"), ("Sở Tư pháp", "justice"), ("Thanh tra tỉnh", "justice"), ("Sở Nội vụ", "office"), ("Sở Công Thương", "finance"),
    ("Sở Tài chính", "finance"), ("Sở Khoa học và Công nghệ", "education"), ("Sở Ngoại vụ", "office"), ("Sở Dân tộc và Tôn giáo", "union"), ("Sở Văn hóa, Thể thao và Du lịch", "culture"),
    ("Hội Nông dân tỉnh", "union"), ("Hội Liên hiệp Phụ nữ tỉnh", "union"), ("Tỉnh đoàn", "union"), ("Liên đoàn Lao động tỉnh", "union"), ("Hội Cựu chiến binh tỉnh", "union"),
    ("Hội Chữ thập đỏ tỉnh", "union"), ("Hội Văn học Nghệ thuật tỉnh", "culture"), ("Liên minh Hợp tác xã tỉnh", "union"), ("Hội Nhà báo tỉnh", "culture"), ("Hội Luật gia tỉnh", "justice"),
    ("Bảo tàng tỉnh", "culture"), ("Thư viện tỉnh", "culture"), ("Trung tâm Văn hóa tỉnh", "culture"), ("Trung tâm Huấn luyện thể thao", "culture"), ("Ban Quản lý Khu di tích", "culture"),
    ("Viện kiểm sát nhân dân tỉnh", "justice"), ("Thi hành án dân sự tỉnh", "justice"), ("Trung tâm Trợ giúp pháp lý", "justice"), ("Kho bạc Nhà nước khu vực", "finance"), ("Bảo hiểm xã hội tỉnh", "finance"),
    ("Ngân hàng Chính sách xã hội tỉnh", "finance"), ("Quỹ Đầu tư phát triển tỉnh", "finance"), ("Thống kê tỉnh", "finance"), ("Chi cục Quản lý thị trường", "justice"), ("Hải quan khu vực", "finance"),
    ("Công ty Thủy nông Vân Giang", "agriculture"), ("Công ty Lâm nghiệp Vân Giang", "agriculture"), ("Trung tâm Giống cây trồng", "agriculture"), ("Chi cục Chăn nuôi và Thú y", "agriculture"), ("Trung tâm Quan trắc môi trường", "agriculture"),
    ("Bưu điện tỉnh", "enterprise"), ("Công ty Môi trường đô thị", "enterprise"), ("Công ty Xổ số kiến thiết", "enterprise"), ("Công ty May Vân Giang", "enterprise"), ("Công ty Xăng dầu Vân Giang", "enterprise"),
    ("Công ty Vận tải Sông Vân", "enterprise"), ("Trường Chính trị tỉnh", "education"), ("Trường Trung học phổ thông Chuyên", "education"), ("Bệnh viện Y học cổ truyền", "health"), ("Trung tâm Kiểm nghiệm thuốc", "health"),
)  # fmt: skip
