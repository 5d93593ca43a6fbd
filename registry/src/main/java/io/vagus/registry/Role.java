package io.vagus.registry;

import static io.vagus.registry.Right.*;

import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rights that go together, each named: no role is contained in another by rule. */
public enum Role {
  VIEWER(
      EnumSet.of(
          SELF, FLEET_READ, READINGS_READ, MESSAGES_READ, REFUSALS_READ, RULE_READ, ALERT_READ)),
  OPERATOR(
      EnumSet.of(
          SELF,
          FLEET_READ,
          READINGS_READ,
          MESSAGES_READ,
          REFUSALS_READ,
          DEVICE_WRITE,
          GROUP_WRITE,
          DEVICE_SUSPEND,
          TWIN_WRITE,
          COMMAND_SEND,
          COMMAND_APPROVE,
          RULE_READ,
          ALERT_READ,
          ALERT_WRITE,
          CREDENTIAL_ISSUE,
          DEAD_LETTER_REPLAY,
          TOKEN_ISSUE,
          METRICS_READ)),
  RESPONDER(
      EnumSet.of(
          SELF,
          FLEET_READ,
          READINGS_READ,
          MESSAGES_READ,
          REFUSALS_READ,
          AUDIT_READ,
          DEVICE_SUSPEND,
          RULE_READ,
          ALERT_READ,
          ALERT_WRITE,
          CREDENTIAL_REVOKE,
          BREACH_CONTAIN)),
  DEVELOPER(
      EnumSet.of(
          SELF,
          FLEET_READ,
          READINGS_READ,
          MESSAGES_READ,
          REFUSALS_READ,
          PRODUCT_WRITE,
          TAG_WRITE,
          RULE_READ,
          RULE_WRITE,
          ALERT_READ,
          SINK_READ,
          SINK_WRITE,
          DEAD_LETTER_REPLAY,
          TOKEN_ISSUE,
          METRICS_READ)),
  ADMIN(EnumSet.allOf(Right.class));

  private static final Map<String, Role> BY_LABEL = new HashMap<>();

  static {
    for (Role role : values()) {
      BY_LABEL.put(role.label(), role);
    }
  }

  private final Set<Right> rights;

  Role(EnumSet<Right> rights) {
    this.rights = Collections.unmodifiableSet(rights);
  }

  public Set<Right> rights() {
    return rights;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> of(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }
}
