package io.vagus.registry;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;

/**
 * What a change is about.
 *
 * @param kind a word of small letters and hyphens
 * @param name empty for that of which there is one
 */
public record Subject(String kind, String name) {
  public static final String DEVICE = "device";
  public static final String GROUP = "group";

  public Subject {
    if (!kind.matches("[a-z][a-z-]{0,31}")) {
      throw Rules.invalid("subject: \"" + kind + "\" (expected: such as device:d1)");
    }
  }

  public static Subject device(DeviceId id) {
    return new Subject(DEVICE, id.value());
  }

  public static Subject product(String id) {
    return new Subject("product", id);
  }

  public static Subject group(GroupId id) {
    return new Subject(GROUP, id.value());
  }

  public static Subject application(String name) {
    return new Subject("application", name);
  }

  public static Subject user(String name) {
    return new Subject("user", name);
  }

  public static Subject token(String name) {
    return new Subject("token", name);
  }

  public static Subject batch(String id) {
    return new Subject("batch", id);
  }

  /** A provisioning token, by its public part. */
  public static Subject enrolmentToken(String id) {
    return new Subject("enrolment-token", id);
  }

  /** As the log holds it; anything else is an INVALID_REQUEST. */
  public static Subject parse(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new Subject(text, "")
        : new Subject(text.substring(0, colon), text.substring(colon + 1));
  }

  /** As the log holds it: {@code device:d1}. */
  public String text() {
    return name.isEmpty() ? kind : kind + ":" + name;
  }
}
