# Common
product = My page
sign-in = Sign in
sign-out = Sign out
to-home = Home
to-usage = Usage
to-ads = Ads
pages = Pages
skip-to-content = Skip to content
continue-title = One moment
continue-text = The page changes in a moment. If it does not, use this link.
continue-do = Continue

# Landing
landing-title = Your own page
landing-text = Your profile, activity, interests and signed-in devices, all on one page.
landing-sign-up = Sign up your company
landing-point-timeline = An activity timeline that updates automatically
landing-point-choice = Ads based on your interests only with your consent
landing-point-devices = A list of the devices you are signed in on, with sign-out for each

# Page
greeting = Hello, { $name }
profile-title = Profile
profile-email = E-mail
profile-company = Company
profile-role = Role
profile-joined = Joined
role-admin = Admin
role-member = Member

# Ad
ad-badge = Ad
ad-label = Advertisement by { $advertiser }
missing-ad = No ad right now.

# Timeline
timeline-title = Activity
timeline-empty = No activity yet. New activity appears here automatically.
timeline-older = Show older activity
timeline-newest = Back to the latest activity
activity-signed-in = Signed in
activity-signed-out = Signed out
activity-ad-seen = Saw an ad
activity-ad-clicked = Clicked an ad
activity-preferences-changed = Changed interests or consent
activity-other = Other activity
today = Today
yesterday = Yesterday

# Preferences
preferences-title = Your interests
preferences-hint = Choose the topics that interest you.
preferences-consent = Show ads based on my interests
preferences-consent-hint = Without your consent, ads are chosen only by your language and company.
preferences-save = Save
preferences-saved = Saved
interest-books-and-literature = Books
interest-food-and-drink = Food and drink
interest-healthy-living = Healthy living
interest-hobbies = Hobbies
interest-home-and-garden = Home and garden
interest-music = Music
interest-sports = Sports
interest-style-and-fashion = Style
interest-technology-and-computing = Technology
interest-travel = Travel

# Sessions
sessions-title = Where you are signed in
sessions-current = This device
sessions-unknown-device = Unknown device
sessions-last-used = Last used: { $time }
sessions-end = Sign out
sessions-end-of = Sign out on { $device }
missing-sessions = Your devices can’t be listed right now. You are still signed in on them.
sessions-not-ended = Signing out on that device failed. Please try again.

# Usage
usage-title = Usage
usage-month = { $month } { $year }
usage-hint = This month is counted in the { $zone } time zone. A change of the time zone holds from the next month.
usage-previous = Previous month
usage-next = Next month
usage-months = Months
usage-amounts = Amounts
usage-days = By day
usage-day = Day
usage-table = Show as a table
usage-chart = { $name }, { $month }: { $total } in total, at most { $highest } on one day.
metric-login-sign-ins = Sign-ins
metric-login-monthly-active-members = Monthly active members
metric-mypage-page-views = Page views
metric-ad-impressions = Ad impressions
metric-ad-clicks = Ad clicks
metric-ad-spend = Ad spend
metric-ad-credit = Ad credits
campaigns-title = Campaigns
campaigns-hint = Your company’s campaigns and their spending today.
campaigns-none = No campaigns yet.
campaigns-more = Show more campaigns
campaign-active = Running
campaign-paused = Paused
campaign-draft = Draft
campaign-in-review = In review
campaign-ended = Ended
campaign-share = { $spent } of { $budget } spent today

# Dates
date-long = { $weekday }, { $day } { $month }
date-with-year = { $day } { $month } { $year }
time-on-date = { $date }, { $time }
month =
    { $name ->
        [jan] January
        [feb] February
        [mar] March
        [apr] April
        [may] May
        [jun] June
        [jul] July
        [aug] August
        [sep] September
        [oct] October
        [nov] November
       *[dec] December
    }
weekday =
    { $name ->
        [mon] Monday
        [tue] Tuesday
        [wed] Wednesday
        [thu] Thursday
        [fri] Friday
        [sat] Saturday
       *[sun] Sunday
    }

# Problems
problem-forbidden-title = Admins only
problem-forbidden = This page is for your company’s admins.
problem-again = Try again
problem-home = Go to the home page
