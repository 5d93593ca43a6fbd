package io.vagus.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What may be done, in the words of the API. Labels are stored with tokens and in the log: none
 * ever changes its meaning.
 */
public enum Right {
  SELF("self", "see and change what is one's own: session, password, second factor, tokens"),
  FLEET_READ("fleet.read", "see devices, products, groups, certificates, places, connections"),
  READINGS_READ("readings.read", "read what devices measured, stored and live"),
  MESSAGES_READ("messages.read", "see the ledger, messages with payloads, dead letters, gaps"),
  REFUSALS_READ("refusals.read", "see who was refused, from where and why"),
  AUDIT_READ("audit.read", "read the event log and which rights are used"),
  PRODUCT_WRITE("product.write", "make, change and delete products"),
  TAG_WRITE("tag.write", "declare which tags devices may have"),
  DEVICE_WRITE("device.write", "register, change and delete devices"),
  GROUP_WRITE("group.write", "make, change, move and delete groups"),
  DEVICE_SUSPEND("device.suspend", "suspend devices and let them in again"),
  TWIN_WRITE("twin.write", "change what devices are wanted to be"),
  COMMAND_SEND("command.send", "send commands to devices and cancel them"),
  COMMAND_APPROVE("command.approve", "approve commands that need two people"),
  RULE_READ("rule.read", "see rules, what they did, and try them on what was recorded"),
  RULE_WRITE("rule.write", "make, change and delete rules"),
  ALERT_READ("alert.read", "see alerts"),
  ALERT_WRITE("alert.write", "acknowledge alerts"),
  CREDENTIAL_ISSUE("credential.issue", "give devices secrets and certificates"),
  CREDENTIAL_REVOKE("credential.revoke", "revoke certificates of devices"),
  BREACH_CONTAIN(
      "breach.contain",
      "shut devices out at once: sessions, certificates, secrets; take evidence of them along"),
  CA_MANAGE("ca.manage", "take a new issuer of certificates, and end an old one"),
  DEAD_LETTER_REPLAY("dead-letter.replay", "process dead letters again"),
  SINK_READ("sink.read", "see where rules send what they find, and what did not arrive"),
  SINK_WRITE("sink.write", "make, change, test and delete sinks, and try dead letters again"),
  APPLICATION_MANAGE("application.manage", "see and change MQTT clients that are no device"),
  TOKEN_ISSUE("token.issue", "make API tokens of one's own, with no more than one's own rights"),
  PEOPLE_MANAGE("people.manage", "see and change users, grants and everybody's tokens"),
  METRICS_READ("metrics.read", "read the platform's own metrics"),
  BACKUP_TAKE("backup.take", "take a backup of everything");

  private static final Map<String, Right> BY_LABEL = new HashMap<>();

  static {
    for (Right right : values()) {
      BY_LABEL.put(right.label, right);
    }
  }

  private final String label;
  private final String meaning;

  Right(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  public String label() {
    return label;
  }

  /** Completes "may …", for people. */
  public String meaning() {
    return meaning;
  }

  public static Optional<Right> of(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }
}
