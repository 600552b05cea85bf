//! People, and their roles.

use chassis::{
    auth::Role,
    id::{TenantId, UserId},
    problem::FieldError,
};
use chrono::{DateTime, Utc};

/// The role's name in tokens, in the API and in the database.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
    }
}

pub fn role(field: &str, text: &str) -> Result<Role, FieldError> {
    match text {
        "member" => Ok(Role::Member),
        "admin" => Ok(Role::Admin),
        _ => Err(FieldError::new(field, "invalid_role", "must be member or admin")),
    }
}

/// Reads a stored role. One that a newer release has stored is read as the role with the least rights.
pub fn stored_role(text: &str) -> Role {
    role("role", text).unwrap_or(Role::Member)
}

/// Parses the roles of a person and returns the highest, which includes the others.
pub fn highest(field: &str, names: &[String]) -> Result<Role, FieldError> {
    let roles = names.iter().map(|name| role(field, name)).collect::<Result<Vec<_>, _>>()?;
    if roles.contains(&Role::Admin) {
        return Ok(Role::Admin);
    }
    roles.first().copied().ok_or_else(|| FieldError::new(field, "required", "must name at least one role"))
}

/// Parses the status: `active` or `suspended`.
pub fn is_active(field: &str, text: &str) -> Result<bool, FieldError> {
    match text {
        "active" => Ok(true),
        "suspended" => Ok(false),
        _ => Err(FieldError::new(field, "invalid_status", "must be active or suspended")),
    }
}

/// The names of a role and of the roles it includes, as stored.
pub fn names_of(role: Role) -> Vec<String> {
    roles_of(role).into_iter().map(|role| role_name(role).to_owned()).collect()
}

/// Parses stored roles. Ignores unknown names, which a newer release may have written.
pub fn roles(names: &[String]) -> Vec<Role> {
    names.iter().filter_map(|name| role("roles", name).ok()).collect()
}

/// The role and the roles it includes.
pub fn roles_of(role: Role) -> Vec<Role> {
    match role {
        Role::Member => vec![Role::Member],
        Role::Admin => vec![Role::Member, Role::Admin],
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub user_id: UserId,
    pub tenant_id: TenantId,
    /// Canonical, or as an earlier release stored it: compare [`Email`](super::email::Email)s.
    pub email: String,
    pub display_name: String,
    pub locale: String,
    pub roles: Vec<String>,
    /// `active` or `suspended`.
    pub status: String,
    /// Incremented by each change, from 1.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

impl User {
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }

    pub fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}
