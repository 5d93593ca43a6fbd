package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.CommandSafety.Want;
import io.vagus.model.DeviceId;
import java.util.Optional;

/** What products say of their commands' safety. Thread-safe. */
interface Safeguards {
  Safeguards NONE =
      new Safeguards() {
        @Override
        public CommandSafety of(DeviceId device, String command) {
          return CommandSafety.NONE;
        }

        @Override
        public boolean any() {
          return false;
        }

        @Override
        public Optional<Command.Result> refusal(Command command) {
          return Optional.empty();
        }

        @Override
        public Command fallback(DeviceId device, Send send, String why, long nowMicros) {
          throw new IllegalStateException("nothing is armed");
        }

        @Override
        public void want(DeviceId device, Want want) {
          throw new IllegalStateException("nothing is armed");
        }
      };

  /** By the model in force; none when there is no such command any more. */
  CommandSafety of(DeviceId device, String command);

  /** Whether a command of any product has some. */
  boolean any();

  /** Why it may not be done now; empty: no interlock speaks against it. */
  Optional<Command.Result> refusal(Command command);

  /** A command that is safe, queued. */
  Command fallback(DeviceId device, Send send, String why, long nowMicros);

  /** Makes a desired state that is safe durable. */
  void want(DeviceId device, Want want);
}
