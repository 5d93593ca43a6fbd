package io.vagus.registry;

import java.util.Optional;

/**
 * A user with what proves him.
 *
 * @param hash of the password, a PHC string; empty: he signs in at the OpenID provider only
 * @param totpSecret in Base32; unconfirmed while {@link User#secondFactor} is false
 * @param totpStep the last time step whose code was taken: none is taken twice (RFC 6238 §5.2)
 */
public record StoredUser(
    User user, Optional<String> hash, Optional<String> totpSecret, long totpStep) {

  StoredUser with(User to) {
    return new StoredUser(to, hash, totpSecret, totpStep);
  }

  StoredUser withHash(String to) {
    return new StoredUser(user, Optional.of(to), totpSecret, totpStep);
  }

  StoredUser withTotp(Optional<String> secret, long step) {
    return new StoredUser(user, hash, secret, step);
  }

  @Override
  public String toString() {
    return "StoredUser[" + user.name() + "]";
  }
}
