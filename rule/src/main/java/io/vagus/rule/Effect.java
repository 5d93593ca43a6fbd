package io.vagus.rule;

import io.vagus.model.Command;
import java.time.Duration;
import java.util.Optional;

/**
 * What a rule does, as it is written: texts may hold {@code ${…}}, CEL over all that its condition
 * may look at. An {@link Action} is one with the values of a moment in it.
 */
public sealed interface Effect {

  /**
   * @param device whose it is: empty is the rule's device; else the name of a related one
   * @param arguments a JSON object
   */
  record SendCommand(
      Optional<String> device,
      String name,
      String arguments,
      Optional<Command.Lane> lane,
      Optional<Duration> deadline)
      implements Effect {}

  /**
   * @param device as in {@link SendCommand}
   * @param patch a JSON merge patch (RFC 7386)
   */
  record ChangeDesired(Optional<String> device, String patch) implements Effect {}

  /** One per rule and device is open at a time; the rule's clearing clears it. */
  record RaiseAlert(AlertClass alertClass, String text) implements Effect {}

  /** Something that happened, for the timeline. */
  record NoteEvent(Severity severity, String text) implements Effect {}

  /**
   * Hands it to a sink: a webhook, an MQTT topic, a Kafka topic.
   *
   * @param sink its name
   * @param body JSON; empty: the firing as the API shows it
   */
  record Send(String sink, Optional<String> body) implements Effect {}

  /** Whether somebody is woken. */
  enum AlertClass {
    PAGE,
    TICKET
  }

  /** How bad it is. */
  enum Severity {
    INFO,
    WARNING,
    CRITICAL
  }
}
