package io.vagus.model;

import java.util.regex.Pattern;

/**
 * A group of devices, by name: 1 to 128 of letters, digits, {@code . _ : / -}, starting with a
 * letter or digit. {@link #ALL} holds every device.
 */
public record GroupId(String value) implements Comparable<GroupId> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");

  /** The root: every device is in it. */
  public static final GroupId ALL = new GroupId("all");

  public GroupId {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "groupId: \""
              + value.substring(0, Math.min(128, value.length()))
              + "\" (expected: 1 to 128 of letters, digits and . _ : / -, starting with a letter or"
              + " digit)");
    }
  }

  public static boolean isValid(String value) {
    return NAME.matcher(value).matches();
  }

  @Override
  public int compareTo(GroupId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
