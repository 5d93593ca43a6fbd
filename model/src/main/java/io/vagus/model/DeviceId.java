package io.vagus.model;

/**
 * A device's name, unique in one installation, part of its topics and paths: 1 to 128 of letters,
 * digits, {@code . _ : -}, starting with a letter or digit.
 */
public record DeviceId(String value) implements Comparable<DeviceId> {
  public static final int MAX_LENGTH = 128;

  public DeviceId {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "deviceId: \""
              + (value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) + "…" : value)
              + "\" (expected: 1 to 128 of letters, digits and . _ : -, starting with a letter or"
              + " digit)");
    }
  }

  public static boolean isValid(String value) {
    int length = value.length();
    if (length == 0 || length > MAX_LENGTH || !isAlphanumeric(value.charAt(0))) {
      return false;
    }
    for (int i = 1; i < length; i++) {
      char c = value.charAt(i);
      if (!isAlphanumeric(c) && c != '.' && c != '_' && c != ':' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  @Override
  public int compareTo(DeviceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
