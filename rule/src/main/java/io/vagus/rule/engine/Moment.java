package io.vagus.rule.engine;

import io.vagus.expression.Lookup;
import io.vagus.expression.Scope;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an expression of one rule sees of one device at one moment, value by value. One is made for
 * an engine and used again; its thread.
 */
final class Moment implements Lookup {
  private final Surroundings surroundings;
  private @Nullable Subject subject;
  private String product = "";
  private @Nullable RuleProgram program;
  private @Nullable RuleState state;
  private long maxAgeMicros;

  /** Journal offset of the record that is judged. */
  long offset;

  /** Time of the reading, or of the window's close. */
  long eventMicros;

  /** When the message came, or the mark's time. */
  long nowMicros;

  Moment(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  void of(Subject device, String itsProduct) {
    subject = device;
    product = itsProduct;
  }

  /**
   * @param remembered of the device by the rule; null: nothing
   */
  void of(RuleProgram rule, @Nullable RuleState remembered) {
    program = rule;
    state = remembered;
    maxAgeMicros = rule.rule().maxAge().map(WindowShape::micros).orElse(Long.MAX_VALUE);
  }

  Subject subject() {
    return Objects.requireNonNull(subject);
  }

  String product() {
    return product;
  }

  private RuleProgram program() {
    return Objects.requireNonNull(program);
  }

  @Override
  public @Nullable Object get(String name) {
    return switch (name) {
      case Scope.NOW -> WindowValues.instant(nowMicros);
      case Scope.READINGS -> (Lookup) metric -> reading(subject(), metric);
      case Scope.DESIRED -> surroundings.desired(subject().device());
      case Scope.REPORTED -> subject().reported();
      case Scope.DEVICE -> (Lookup) field -> device(subject().device(), product, field);
      case RuleScope.WINDOWS -> (Lookup) this::window;
      case RuleScope.RELATED -> (Lookup) this::related;
      default -> null;
    };
  }

  /** The newest reading of a metric; null: there is none, or it is too old. */
  @Nullable Reading latest(String metric) {
    return latest(subject(), metric);
  }

  private @Nullable Reading latest(Subject of, String metric) {
    Reading reading = of.latest(metric);
    return reading == null || nowMicros - reading.timeMicros() > maxAgeMicros ? null : reading;
  }

  private @Nullable Lookup reading(Subject of, String metric) {
    Reading reading = latest(of, metric);
    return reading == null ? null : field -> value(reading, field);
  }

  private @Nullable Object value(Reading reading, String field) {
    return switch (field) {
      case "value" -> reading.text() == null ? (Object) reading.number() : reading.text();
      case "time" -> WindowValues.instant(reading.timeMicros());
      case "age" -> Duration.ofNanos((nowMicros - reading.timeMicros()) * 1000);
      case "quality" -> Quality.words(reading.quality());
      default -> null;
    };
  }

  private @Nullable Object device(DeviceId id, String itsProduct, String field) {
    return switch (field) {
      case "id" -> id.value();
      case "product" -> itsProduct;
      case "group" -> surroundings.group(id).map(GroupId::value).orElse(null);
      case "tags" -> surroundings.tags(id);
      default -> null;
    };
  }

  private @Nullable Lookup window(String name) {
    for (int i = 0; i < program().windows().size(); i++) {
      WindowShape shape = program().windows().get(i);
      if (shape.name().equals(name)) {
        return state == null ? WindowValues.none(shape) : window(shape, state.windows[i]);
      }
    }
    return null;
  }

  private Lookup window(WindowShape shape, WindowState of) {
    return switch (of) {
      case SpanState spans -> {
        Pane closed = spans.closed();
        yield closed == null
            ? WindowValues.none(shape)
            : WindowValues.of(closed, SpanState.endMicros(shape, closed));
      }
      case SlidingState sliding -> {
        long end = Math.min(eventMicros, nowMicros);
        yield WindowValues.of(sliding.span(shape, end), Math.max(end, sliding.newestMicros()));
      }
      case AbsenceState absence -> WindowValues.of(absence);
    };
  }

  private @Nullable Lookup related(String name) {
    Optional<DeviceId> other = relative(name);
    if (other.isEmpty()) {
      return null;
    }
    DeviceId id = other.get();
    Optional<Subject> its = surroundings.device(id);
    return field ->
        switch (field) {
          case Scope.READINGS -> its.<Lookup>map(s -> metric -> reading(s, metric)).orElse(null);
          case Scope.DESIRED -> surroundings.desired(id);
          case Scope.REPORTED ->
              its.<Map<String, @Nullable Object>>map(Subject::reported).orElse(Map.of());
          case Scope.DEVICE -> (Lookup) of -> device(id, its.map(Subject::product).orElse(""), of);
          default -> null;
        };
  }

  /** A rule of a group reaches no device of another one, whatever relations there are. */
  private boolean isInRulesGroup(DeviceId device) {
    var group = program().rule().group();
    return group.isEmpty() || surroundings.isIn(device, group.get());
  }

  /** The other device that a rule calls by that name. */
  Optional<DeviceId> relative(String name) {
    var related = program().rule().related().get(name);
    return related == null
        ? Optional.empty()
        : surroundings.related(subject().device(), related).filter(this::isInRulesGroup);
  }
}
