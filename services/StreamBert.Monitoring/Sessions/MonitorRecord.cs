using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Sessions;

/// <summary>A record that the monitor reads: a prediction, progress, a change of rules, or a record that is none of them.</summary>
internal abstract record MonitorRecord(LogRecord Record)
{
    /// <summary>The record holds a prediction.</summary>
    public sealed record PredictionRecord(LogRecord Record, TextClassified Value) : MonitorRecord(Record);

    /// <summary>The record holds the progress of an input topic.</summary>
    public sealed record ProgressRecord(LogRecord Record, InputProgress Value) : MonitorRecord(Record);

    /// <summary>The record holds a change of the rules of a pipeline.</summary>
    public sealed record RulesRecord(LogRecord Record, RulesChanged Value) : MonitorRecord(Record);

    /// <summary>The record holds feedback.</summary>
    public sealed record LabelRecord(LogRecord Record, FeedbackReceived Value) : MonitorRecord(Record);

    /// <summary>The record holds the withdrawal of a label.</summary>
    public sealed record WithdrawalRecord(LogRecord Record, FeedbackWithdrawn Value) : MonitorRecord(Record);

    /// <summary>The record is for other services, such as a request for training or a promotion.</summary>
    public sealed record ForeignRecord(LogRecord Record) : MonitorRecord(Record);

    /// <summary>The record holds the reference profile of a model version.</summary>
    public sealed record ProfileRecord(LogRecord Record, ModelProfiled Value) : MonitorRecord(Record);

    /// <summary>The record is unusable.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Fault">The reason.</param>
    /// <param name="Origin">The text of an unusable prediction, if the record names it.</param>
    public sealed record InvalidRecord(LogRecord Record, RecordFault Fault, RecordPosition? Origin = null) : MonitorRecord(Record);
}
