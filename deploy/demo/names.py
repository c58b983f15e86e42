"""Invented names: surnames, middle and given names in the shares they have, put together by a seeded hand."""

from random import Random

SURNAMES = (
    *("Nguyễn",) * 30, *("Trần",) * 11, *("Lê",) * 9, *("Phạm",) * 7, *("Hoàng",) * 4, *("Huỳnh",) * 3, *("Vũ",) * 4, *("Võ",) * 3,
    *("Phan",) * 4, *("Đặng",) * 3, *("Bùi",) * 3, *("Đỗ",) * 3, *("Hồ",) * 2, *("Ngô",) * 2, *("Dương",) * 2, *("Lý",) * 2,
    "Đinh", "Đoàn", "Lâm", "Mai", "Trịnh", "Trương", "Tạ", "Cao", "Châu", "Hà", "Thái", "Tô", "Lương", "Quách", "Nông", "Triệu", "Vi", "Lò", "Chu", "Kiều",
)  # fmt: skip
MEN_MIDDLE = (
    "Văn", "Văn", "Văn", "Hữu", "Đức", "Minh", "Quang", "Xuân", "Thanh", "Ngọc", "Quốc", "Công", "Đình", "Trọng", "Anh", "Thành", "Hoàng", "Tiến", "Viết", "Duy",
)  # fmt: skip
MEN = (
    "An", "Anh", "Bách", "Bảo", "Bình", "Chiến", "Chung", "Cường", "Dũng", "Duy", "Đạt", "Điệp", "Đông", "Đức", "Giang", "Hà", "Hải", "Hào", "Hiếu", "Hiển",
    "Hòa", "Hoàn", "Hùng", "Huy", "Hưng", "Khánh", "Khoa", "Kiên", "Lâm", "Linh", "Long", "Lộc", "Luân", "Mạnh", "Minh", "Nam", "Nghĩa", "Nguyên", "Nhân", "Phong",
    "Phúc", "Phước", "Quân", "Quang", "Quý", "Sáng", "Sơn", "Tài", "Tâm", "Tấn", "Thái", "Thành", "Thắng", "Thịnh", "Thuận", "Tiến", "Toàn", "Trí", "Trung", "Trường",
    "Tuấn", "Tùng", "Việt", "Vinh", "Vượng",
)  # fmt: skip
WOMEN_MIDDLE = (
    "Thị", "Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Thị Ngọc", "Thị Minh", "Thị Kim", "Thị Hồng", "Thị Mỹ", "Ngọc", "Thanh", "Thu", "Minh", "Kim", "Phương", "Bích", "Hoàng", "Mai",
)  # fmt: skip
WOMEN = (
    "An", "Anh", "Bích", "Châu", "Chi", "Cúc", "Diễm", "Diệp", "Dung", "Duyên", "Đào", "Giang", "Hà", "Hải", "Hạnh", "Hằng", "Hiền", "Hiệp", "Hoa", "Hòa",
    "Hồng", "Huế", "Huệ", "Hương", "Hường", "Khánh", "Lan", "Liên", "Linh", "Loan", "Ly", "Mai", "Minh", "My", "Nga", "Ngân", "Ngọc", "Nguyệt", "Nhàn", "Nhung",
    "Oanh", "Phương", "Phượng", "Quyên", "Sen", "Tâm", "Thảo", "Thắm", "Thoa", "Thu", "Thủy", "Thúy", "Thư", "Trang", "Trâm", "Trinh", "Tuyết", "Uyên", "Vân", "Yến",
)  # fmt: skip


def name(rng: Random) -> str:
    """Surname, middle name, given name."""
    middle, given = (WOMEN_MIDDLE, WOMEN) if rng.random() < 0.42 else (MEN_MIDDLE, MEN)
    while True:
        parts = f"{rng.choice(SURNAMES)} {rng.choice(middle)} {rng.choice(given)}".split()
        if len(set(parts)) == len(parts):
            return " ".join(parts)


def hand(*parts: object) -> Random:
    """A hand of its own for one purpose, the same on every machine: what is told first never changes what is told next."""
    return Random("/".join(("camket", *(str(part) for part in parts))))  # noqa: S311 - invented data, not secrets
