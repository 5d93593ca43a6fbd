package io.vagus.watch;

import java.util.Locale;

/** A way to use MQTT that works until it does not, as the listeners see it of a device. */
public enum Misuse {
  ANSWER_QOS_0(
      "an answer to a command with QoS 0: lost on the way, the command is repeated, or ends"
          + " unknown; publish acks and results with QoS 1"),
  COMMANDS_QOS_0(
      "commands subscribed with QoS 0: one that is lost is repeated after 10 s at the earliest;"
          + " subscribe with QoS 1"),
  DESIRED_QOS_0(
      "desired state subscribed with QoS 0: a change that is lost is not noticed before the next;"
          + " subscribe with QoS 1"),
  QOS_2(
      "published to the platform with QoS 2: twice the packets of QoS 1, and no gain, since"
          + " messages that come again are recognised; publish with QoS 1"),
  RETAINED(
      "published to the platform with the retain flag: whoever subscribes later takes the old value"
          + " for a new one; publish without it, the platform keeps the latest");

  private final String advice;

  Misuse(String advice) {
    this.advice = advice;
  }

  /** What it leads to, and what to do instead. */
  public String advice() {
    return advice;
  }

  /** As people and programs see it: {@code answer-qos-0}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
