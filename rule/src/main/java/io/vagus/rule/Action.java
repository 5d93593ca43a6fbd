package io.vagus.rule;

import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import java.time.Duration;
import java.util.Optional;

/** An {@link Effect} with the values of a moment in it: all that is needed to carry it out. */
public sealed interface Action {

  /**
   * @param arguments a JSON object
   */
  record SendCommand(
      DeviceId device,
      String name,
      String arguments,
      Optional<Command.Lane> lane,
      Optional<Duration> deadline)
      implements Action {}

  /**
   * @param patch a JSON merge patch (RFC 7386)
   */
  record ChangeDesired(DeviceId device, String patch) implements Action {}

  record RaiseAlert(Effect.AlertClass alertClass, String text) implements Action {}

  /** Clears what the same rule raised for the same device. */
  record ClearAlert() implements Action {}

  record NoteEvent(Effect.Severity severity, String text) implements Action {}

  /**
   * @param body JSON; empty: the firing as the API shows it
   */
  record Send(String sink, Optional<String> body) implements Action {}

  /** It could not be made: a value that it needs is missing or of another kind. */
  record Unmade(String effect, String why) implements Action {}
}
