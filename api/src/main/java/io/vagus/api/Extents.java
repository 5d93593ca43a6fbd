package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Caller;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Whether a right goes as far as a route asks, for the thing that the path names. */
final class Extents {
  private static final String DEVICE = "id";
  private static final String GROUP = "group";

  private Extents() {}

  static boolean isFarEnough(RouteRights.Needs needs, Map<String, String> parameters, Sight sight) {
    return switch (needs.extent()) {
      case ALL -> sight.isEverything();
      case ANY, WITHIN -> true;
      case DEVICE ->
          sight.isEverything()
              || named(parameters, DEVICE)
                  .filter(DeviceId::isValid)
                  .filter(id -> sight.sees(new DeviceId(id)))
                  .isPresent();
      case GROUP ->
          sight.isEverything()
              || sight.sees(named(parameters, GROUP).filter(GroupId::isValid).map(GroupId::new));
    };
  }

  private static Optional<String> named(Map<String, String> parameters, String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** What he does not see is not there, for all that he is told. */
  static VagusException tooFar(
      RouteRights.Needs needs, Map<String, String> parameters, Caller caller) {
    return switch (needs.extent()) {
      case DEVICE -> Problem.notFound("device", named(parameters, DEVICE).orElse(""));
      case GROUP -> Problem.notFound("group", named(parameters, GROUP).orElse(""));
      case ALL, ANY, WITHIN ->
          new VagusException(
              ErrorCode.FORBIDDEN,
              "right: %s on %s (expected: on all, which %s lacks)"
                  .formatted(
                      needs.right().label(),
                      new TreeSet<>(caller.groups(needs.right())),
                      caller.actor()));
    };
  }
}
