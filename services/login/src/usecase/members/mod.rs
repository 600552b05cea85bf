//! The people of a tenant: invitations, roles, profiles and erasure.

pub mod accept_invitation;
pub mod change_member;
pub mod change_profile;
pub mod erase_person;
pub mod invite;
pub mod join;
pub mod withdraw_invitation;
