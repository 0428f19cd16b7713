using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>The content of an uncommitted batch of the feedback topic.</summary>
internal sealed class BacklogBatch(ReadBatch source)
{
    public ReadBatch Source => source;

    /// <summary>The feedback, with the record that the log stores.</summary>
    public List<(LogRecord Stored, FeedbackReceived Feedback)> Feedback { get; } = [];

    /// <summary>The withdrawals of feedback, with the record that the log stores.</summary>
    public List<(LogRecord Stored, FeedbackWithdrawn Withdrawal)> Withdrawals { get; } = [];

    /// <summary>The requests about models, with the record that the log stores.</summary>
    public List<(LogRecord Stored, IModelRequest Request)> Requests { get; } = [];

    /// <summary>The records that are none of these, with the reason.</summary>
    public List<(LogRecord Stored, RecordFault Fault)> Unusable { get; } = [];

    /// <summary>The records that are committed together with the batch: dead letters.</summary>
    public List<NewRecord> Outputs { get; } = [];

    /// <summary>The number of feedback records that wait for their prediction; the batch is not committed before.</summary>
    public int Waiting { get; set; }
}
