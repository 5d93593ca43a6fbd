package io.vagus.registry;

import io.vagus.kit.VagusException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What users may be called, and how long a password must be (NIST SP 800-63B §5.1.1.2). */
public final class PeopleRules {
  public static final int MIN_PASSWORD_CHARS = 12;
  public static final int MAX_PASSWORD_BYTES = 256;
  static final int MAX_USERS = 10_000;
  static final int MAX_GRANTS = 64;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,63}");

  private PeopleRules() {}

  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      Rules.requireText("name", name, Rules.MAX_NAME_CHARS);
      throw Rules.invalid(
          "name: \"" + name + "\" (expected: 1 to 64 of a to z, digits and . _ @ -)");
    }
  }

  static void requireDisplayName(String name) {
    Rules.requireText("displayName", name, Rules.MAX_HOLDER_CHARS);
  }

  /** Length, and that it is not the name; what it is made of is nobody's business. */
  public static void requirePassword(String name, String password) {
    int chars = password.codePointCount(0, password.length());
    int bytes = password.getBytes(StandardCharsets.UTF_8).length;
    if (chars < MIN_PASSWORD_CHARS || bytes > MAX_PASSWORD_BYTES) {
      throw Rules.invalid(
          "password: "
              + chars
              + " characters (expected: at least "
              + MIN_PASSWORD_CHARS
              + ", at most "
              + MAX_PASSWORD_BYTES
              + " bytes)");
    }
    if (!name.isEmpty() && password.toLowerCase(Locale.ROOT).replace(name, "").length() < 6) {
      throw Rules.invalid("password: little but the name (expected: something else)");
    }
  }

  static void requireGrants(List<RoleGrant> grants) {
    if (grants.size() > MAX_GRANTS) {
      throw Rules.invalid("grants: " + grants.size() + " (expected: <= " + MAX_GRANTS + ")");
    }
  }

  static VagusException unknown(String name) {
    return Rules.notFound("user: \"" + name + "\" does not exist");
  }
}
