package io.vagus.rule.engine;

import io.vagus.model.Reading;
import java.util.List;

/**
 * An accepted message of a device, as rules see it.
 *
 * @param offset in the journal
 * @param receivedMicros when it came
 * @param product of the device when it came
 * @param readings those that it brought, in its order; may be used again afterwards
 * @param reported whether the device's reported state took it in
 */
public record RuleMessage(
    long offset, long receivedMicros, String product, List<Reading> readings, boolean reported) {}
