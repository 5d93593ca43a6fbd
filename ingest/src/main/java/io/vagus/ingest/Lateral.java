package io.vagus.ingest;

import io.vagus.model.DeviceId;

/**
 * Whether a device that proved who it is reaches for what is another's: a sign that its credential
 * is in other hands. What is nobody's, such as a topic outside the contract, is a mistake only.
 */
public final class Lateral {
  private static final String DEVICES = "v1/";
  private static final String SHARE = "$share/";

  private Lateral() {}

  /**
   * @param filter a topic, or a topic filter (MQTT 5.0 §4.7) that may match others' topics
   */
  public static boolean is(DeviceId device, String filter) {
    String wanted = filter;
    if (wanted.startsWith(SHARE)) {
      int end = wanted.indexOf('/', SHARE.length());
      wanted = end < 0 ? "" : wanted.substring(end + 1);
    }
    return (wanted.startsWith(DEVICES) && !wanted.startsWith(DEVICES + device.value() + "/"))
        || wanted.startsWith(DEVICES + device.value() + "/via/")
        || wanted.startsWith("+/")
        || wanted.equals("#");
  }
}
