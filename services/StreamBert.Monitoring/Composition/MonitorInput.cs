using StreamBert.Contracts;

namespace StreamBert.Monitoring.Composition;

/// <summary>
/// What the monitor is fed. Nothing else moves it: no clock, and not the order in which predictions happen to be read. So a live stream, a
/// replay and a backtest are one computation.
/// </summary>
public abstract record MonitorInput;

/// <summary>A prediction was read. It is counted when the progress of its input partition covers it.</summary>
/// <param name="Partition">The partition of the predictions topic that it was read from.</param>
public sealed record PredictionSeen(TextClassified Prediction, int Partition) : MonitorInput;

/// <summary>A prediction of that text was read that cannot be used: its step does not wait for it.</summary>
public sealed record PredictionRefused(RecordPosition Origin) : MonitorInput;

/// <summary>Inference has processed an input topic up to there.</summary>
public sealed record ProgressSeen(InputProgress Progress) : MonitorInput;

/// <summary>Every prediction that the log holds for the progress seen so far has been read: what is still missing was deleted.</summary>
public sealed record PredictionsExhausted : MonitorInput;

/// <summary>Texts of a pipeline in the order of their input partitions, and the progress that covers them.</summary>
public sealed record InputStep(string Pipeline, IReadOnlyList<TextClassified> Texts, InputProgress Progress);
