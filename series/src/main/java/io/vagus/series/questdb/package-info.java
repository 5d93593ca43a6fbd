/** The durable engine on one node: raw readings in embedded QuestDB, roll-ups in own files. */
@NullMarked
package io.vagus.series.questdb;

import org.jspecify.annotations.NullMarked;
