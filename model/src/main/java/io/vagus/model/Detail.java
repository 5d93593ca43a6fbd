package io.vagus.model;

/** What else is known of a device, each at most once; its tags hold the rest. */
public enum Detail {
  HARDWARE_REVISION("hardwareRevision"),
  FIRMWARE_VERSION("firmwareVersion"),
  /** The network's operator. */
  CARRIER("carrier"),
  /** ICCID of its SIM (ITU-T E.118). */
  SIM("sim"),
  /** Who answers for it. */
  TEAM("team"),
  SITE("site"),
  REGION("region");

  private final String word;

  Detail(String word) {
    this.word = word;
  }

  /** As API, files and stored events name it. */
  public String word() {
    return word;
  }

  /** The one of that name; anything else is an IllegalArgumentException. */
  public static Detail of(String word) {
    for (Detail detail : values()) {
      if (detail.word.equals(word)) {
        return detail;
      }
    }
    throw new IllegalArgumentException("detail: \"" + word + "\" (expected: such as site)");
  }
}
