package io.vagus.fleet;

import io.vagus.device.Command;
import java.util.Map;

/**
 * What the simulated devices of the demo do when they are asked to: it is done at once, but for
 * those that cannot.
 *
 * @param unable why not, by device
 */
record Actuators(Map<String, String> unable) {

  Command.Handler of(String device) {
    String why = unable.get(device);
    return why == null
        ? command -> Command.Result.SUCCEEDED
        : command -> Command.Result.failed("out-of-order", why);
  }
}
