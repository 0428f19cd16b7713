using StreamBert.Inference.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Outputs;

/// <summary>A record with its output records: a prediction with its copies on routes, or a dead letter.</summary>
/// <param name="Record">Rejected if the output is a dead letter, else queued or predicted.</param>
internal sealed record RecordOutputs(InFlightRecord Record, IReadOnlyList<NewRecord> Outputs);
