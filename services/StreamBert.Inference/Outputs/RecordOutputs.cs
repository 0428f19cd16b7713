using StreamBert.Inference.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Outputs;

/// <summary>A record with its output records: a prediction with its copies on routes, or a dead letter.</summary>
/// <param name="Record">Queued if the output is a prediction, rejected if it is a dead letter.</param>
internal sealed record RecordOutputs(InFlightRecord Record, IReadOnlyList<NewRecord> Outputs);
