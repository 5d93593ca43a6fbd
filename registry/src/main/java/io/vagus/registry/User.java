package io.vagus.registry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A person.
 *
 * @param name by which he signs in
 * @param displayName for other people
 * @param disabled may not sign in; his sessions and tokens are worth nothing
 * @param subject at the OpenID provider: its issuer, a space, its {@code sub}
 * @param secondFactor whether a code is asked for beside the password
 */
public record User(
    String name,
    String displayName,
    boolean disabled,
    List<RoleGrant> grants,
    Optional<String> subject,
    boolean secondFactor,
    Instant createdAt,
    Optional<Instant> passwordAt) {
  public User {
    grants = List.copyOf(grants);
  }

  User withGrants(List<RoleGrant> to) {
    return new User(name, displayName, disabled, to, subject, secondFactor, createdAt, passwordAt);
  }

  User withDisabled(boolean to) {
    return new User(name, displayName, to, grants, subject, secondFactor, createdAt, passwordAt);
  }

  User withDisplayName(String to) {
    return new User(name, to, disabled, grants, subject, secondFactor, createdAt, passwordAt);
  }

  User withSubject(String to) {
    return new User(
        name, displayName, disabled, grants, Optional.of(to), secondFactor, createdAt, passwordAt);
  }

  User withSecondFactor(boolean to) {
    return new User(name, displayName, disabled, grants, subject, to, createdAt, passwordAt);
  }

  User withPasswordAt(Instant to) {
    return new User(
        name, displayName, disabled, grants, subject, secondFactor, createdAt, Optional.of(to));
  }
}
