using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>
/// An input of the monitor. The monitor depends on nothing else: not on a clock, and not on the order in which predictions are read.
/// A live stream, a replay and a backtest are therefore the same computation.
/// </summary>
internal abstract record MonitorInput
{
    private MonitorInput()
    {
    }

    /// <summary>A prediction was read. It is counted once the progress of its input partition covers it.</summary>
    /// <param name="Value">The prediction.</param>
    /// <param name="Partition">The partition of the predictions topic that it was read from.</param>
    public sealed record Prediction(TextClassified Value, int Partition) : MonitorInput;

    /// <summary>An unusable prediction of this text was read: its step does not wait for it.</summary>
    public sealed record InvalidPrediction(RecordPosition Origin) : MonitorInput;

    /// <summary>Inference has processed an input topic up to these offsets.</summary>
    public sealed record Progress(InputProgress Value) : MonitorInput;

    /// <summary>The rules of a pipeline change from a window on.</summary>
    public sealed record RuleChange(RulesChanged Value) : MonitorInput;

    /// <summary>A person has labelled a text.</summary>
    public sealed record Feedback(FeedbackReceived Value) : MonitorInput;

    /// <summary>A person has withdrawn the label of a text.</summary>
    public sealed record Withdrawal(FeedbackWithdrawn Value) : MonitorInput;

    /// <summary>The reference profile of a model version was published.</summary>
    public sealed record ModelProfile(ModelProfiled Value) : MonitorInput;

    /// <summary>All predictions in the log have been read: those that are still missing have been deleted.</summary>
    public sealed record EndOfPredictions : MonitorInput;
}

/// <summary>The texts of a pipeline in the order of their input partitions, and the progress that covers them.</summary>
internal sealed record InputStep(string Pipeline, IReadOnlyList<TextClassified> Texts, InputProgress Progress);
