product-name = login

## Words
email = E-mail
password = Password
password-hint = At least 12 characters. A sentence is easier to remember than a riddle.
your-name = Your name
language = Language
role = Role
role-member = Member
role-admin = Admin
to-home = To the home page

## Signing in, up and out
sign-in = Sign in
sign-in-for = Sign in to go on to { $client }.
sign-up = Sign up
sign-up-lead = Your company gets a space of its own, and you become its first admin.
sign-out = Sign out
sign-out-title = Sign out?
sign-out-text = You are signed in as { $email }.
stay = Stay signed in
signed-out = You are signed out
signed-out-text = You can close this page now.
no-account = Is your company new here?
have-account = Do you have an account already?
company-name = Company
company-slug = Short name
company-slug-hint = For addresses: 3 to 40 lower-case letters, digits and hyphens.

## Home
welcome = One account for all products
welcome-text = Sign in here once, and use each of your company's products.
account = Account
sessions = Where you are signed in
sessions-lead = End a session that you do not recognise.
session-since = Signed in { $time }
session-used = Last used { $time }
this-device = This device
end-session = End
end-session-of = End the session of { $device }

## Invitations
invite = Invite a colleague
invite-do = Invite
invitations-open = Open invitations
invitation-until = until { $until }
invitation = Invitation
invitation-title = { $company } invites you
invitation-lead = Choose a name and a password to join.
join = Join

## What can go wrong
error-bad-credentials = The e-mail address or the password is wrong.
error-throttled = { $minutes ->
    [one] There were too many tries. Please wait 1 minute.
   *[other] There were too many tries. Please wait { $minutes } minutes.
}
error-busy = Many people are signing in right now. Please try again in a moment.
error-required = Please fill this in.
error-email = This is not an e-mail address.
error-email-taken = This e-mail address has an account already.
error-already-member = This person is a member already.
error-password-short = Please use at least 12 characters.
error-password-common = Many people use this password. Please choose another.
error-too-long = This is too long.
error-slug = Please use 3 to 40 lower-case letters, digits and single hyphens.
error-slug-reserved = This short name is reserved.
error-slug-taken = Another company has this short name.
error-invalid = Please check this.
failure-title = This did not work
failure-text = Something went wrong on our side. Please try again in a moment.
failure-client-title = This link does not work
failure-client-text = The product that sent you here made a mistake. Please go back to it and try again.
failure-invitation-title = This invitation is no longer good
failure-invitation-text = It was accepted, replaced by a newer one, or is older than 7 days. Please ask for another.
failure-not-found-title = There is nothing here
failure-not-found-text = The page may have moved.
failure-forbidden-title = You may not do this
failure-forbidden-text = Please ask an admin of your company.

## Proving an address, and forgotten passwords
check-mail = Check your mail
check-mail-sign-up = We have sent you a mail. Your company begins when you open the link in it; the link is good for 24 hours.
check-mail-forgot = If this address has an account, a mail is on its way to it. The link in it is good for 30 minutes.
check-mail-late = Nothing there after a few minutes? Look into your spam folder, or
check-mail-again = try again.
check-mail-dev = This is a development system: mails are not sent, they are shown here.
verify = Confirm your address
verify-title = Begin with { $company }
verify-lead = You confirm that { $email } is your address, and become the first admin.
verify-stranger = If you have not signed up, just close this page: nothing happens then.
verify-do = Confirm and begin
forgot = Forgot your password?
forgot-lead = Give your e-mail address, and we send you a link to choose a new password.
forgot-do = Send the link
reset = Choose a new password
reset-lead = You will be signed out everywhere.
reset-do = Change the password
new-password = New password
password-changed = Your password is changed
password-changed-text = You can sign in with the new one now. Everywhere else, you were signed out.
invitation-sent = The invitation is on its way to { $email }. It can be accepted for 7 days.
failure-verify-title = This link is no longer good
failure-verify-text = It was used, replaced by a newer one, or is older than 24 hours. If you can't sign in, please sign up again.
failure-reset-title = This link is no longer good
failure-reset-text = It was used, replaced by a newer one, or is older than 30 minutes. Please ask for another.
failure-taken-title = Someone was faster
failure-taken-text = The short name or the address has been taken since. Please sign in, or sign up again with another short name.
mailbox = Mailbox
mailbox-lead = Mails of this development system, newest first. They are not sent.
mailbox-empty = No mail yet.

## Mails
mail-verify-subject = Confirm your address
mail-verify-text =
    Somebody, hopefully you, has signed up with this address.

    Open this page within 24 hours, and press the button on it, to begin:
    { $url }

    If it was not you, do nothing: without the button, nothing happens.
mail-taken-subject = You have an account already
mail-taken-text =
    Somebody, hopefully you, has signed up with this address. It has an account already, so nothing was made.

    To sign in:
    { $sign_in_url }

    If you forgot your password:
    { $forgot_url }

    If it was not you, there is nothing to do.
mail-invitation-subject = { $company } invites you
mail-invitation-text =
    An admin of { $company } invites you to join.

    Choose a name and a password here, within 7 days:
    { $url }

    If you don't know who that is, do nothing.
mail-reset-subject = Choose a new password
mail-reset-text =
    Somebody, hopefully you, asked for a new password for this address.

    Choose it here, within 30 minutes:
    { $url }

    If it was not you, do nothing: your password stays as it is.
mail-password-subject = Your password was changed
mail-password-text =
    Your password was changed at { $time }, and you were signed out everywhere.

    If it was not you, take your account back here, and tell an admin of your company:
    { $forgot_url }
mail-device-subject = Sign-in from a new device
mail-device-text =
    Somebody signed in to your account from a device that you have not used for a while: { $device }, at { $time }.

    If that was you, there is nothing to do. If not, choose a new password, which ends all sessions:
    { $forgot_url }

    Where you are signed in:
    { $sessions_url }
