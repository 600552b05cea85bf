# 공통
product = 마이페이지
sign-in = 로그인
sign-out = 로그아웃
to-home = 홈
to-usage = 사용량
to-ads = 광고
pages = 페이지
skip-to-content = 본문으로 건너뛰기
continue-title = 잠시만 기다려 주세요
continue-text = 자동으로 이동합니다. 이동하지 않으면 아래 링크를 눌러 주세요.
continue-do = 계속하기

# 첫 화면
landing-title = 내 계정을 한 페이지에
landing-text = 프로필, 활동, 관심사, 로그인한 기기를 한 페이지에서 확인하세요.
landing-sign-up = 회사 가입하기
landing-point-timeline = 새 활동이 자동으로 표시되는 타임라인
landing-point-choice = 동의한 경우에만 표시되는 관심사 기반 광고
landing-point-devices = 로그인한 기기 목록과 기기별 로그아웃

# 페이지
greeting = 안녕하세요, { $name } 님
profile-title = 프로필
profile-email = 이메일
profile-company = 회사
profile-role = 역할
profile-joined = 가입일
role-admin = 관리자
role-member = 구성원

# 광고
ad-badge = 광고
ad-label = { $advertiser }의 광고
missing-ad = 지금은 표시할 광고가 없습니다.

# 활동
timeline-title = 활동
timeline-empty = 아직 활동이 없습니다. 새 활동은 여기에 자동으로 표시됩니다.
timeline-older = 이전 활동 보기
timeline-newest = 최신 활동으로 돌아가기
activity-signed-in = 로그인
activity-signed-out = 로그아웃
activity-ad-seen = 광고 조회
activity-ad-clicked = 광고 클릭
activity-preferences-changed = 관심사 및 동의 변경
activity-other = 기타 활동
today = 오늘
yesterday = 어제

# 관심사
preferences-title = 관심사
preferences-hint = 관심 있는 분야를 선택해 주세요.
preferences-consent = 관심사 기반 광고 보기
preferences-consent-hint = 동의하지 않으면 언어와 소속 회사만으로 광고를 선택합니다.
preferences-save = 저장
preferences-saved = 저장했습니다
interest-books-and-literature = 책과 문학
interest-food-and-drink = 음식
interest-healthy-living = 건강
interest-hobbies = 취미
interest-home-and-garden = 집과 정원
interest-music = 음악
interest-sports = 스포츠
interest-style-and-fashion = 패션
interest-technology-and-computing = 기술
interest-travel = 여행

# 세션
sessions-title = 로그인한 기기
sessions-current = 현재 기기
sessions-unknown-device = 알 수 없는 기기
sessions-last-used = 마지막 사용: { $time }
sessions-end = 로그아웃
sessions-end-of = { $device }에서 로그아웃
missing-sessions = 지금은 기기 목록을 불러올 수 없습니다. 로그인 상태는 그대로 유지됩니다.
sessions-not-ended = 로그아웃하지 못했습니다. 다시 시도해 주세요.

# 사용량
usage-title = 사용량
usage-month = { $year }년 { $month }
usage-hint = { $zone } 시간대 기준의 월별 집계입니다. 시간대를 바꾸면 다음 달부터 적용됩니다.
usage-previous = 이전 달
usage-next = 다음 달
usage-months = 월 선택
usage-amounts = 금액
usage-days = 일별
usage-day = 날짜
usage-table = 표로 보기
usage-chart = { $month } { $name }: 합계 { $total }, 하루 최댓값 { $highest }.
metric-login-sign-ins = 로그인
metric-login-monthly-active-members = 월간 활성 구성원
metric-mypage-page-views = 페이지 조회
metric-ad-impressions = 광고 노출
metric-ad-clicks = 광고 클릭
metric-ad-spend = 광고비
metric-ad-credit = 광고비 환급
campaigns-title = 캠페인
campaigns-hint = 우리 회사의 캠페인과 오늘 지출액입니다.
campaigns-none = 아직 캠페인이 없습니다.
campaigns-more = 캠페인 더 보기
campaign-active = 게재 중
campaign-paused = 일시 중지
campaign-draft = 초안
campaign-in-review = 심사 중
campaign-ended = 종료
campaign-share = 일일 예산 { $budget } 중 오늘 { $spent } 지출

# 날짜
date-long = { $month } { $day }일 { $weekday }
date-with-year = { $year }년 { $month } { $day }일
time-on-date = { $date } { $time }
month =
    { $name ->
        [jan] 1월
        [feb] 2월
        [mar] 3월
        [apr] 4월
        [may] 5월
        [jun] 6월
        [jul] 7월
        [aug] 8월
        [sep] 9월
        [oct] 10월
        [nov] 11월
       *[dec] 12월
    }
weekday =
    { $name ->
        [mon] 월요일
        [tue] 화요일
        [wed] 수요일
        [thu] 목요일
        [fri] 금요일
        [sat] 토요일
       *[sun] 일요일
    }

# 문제
problem-forbidden-title = 관리자 전용
problem-forbidden = 회사 관리자만 볼 수 있는 페이지입니다.
problem-again = 다시 시도
problem-home = 홈으로
