using System.Globalization;
using StreamBert.Cli.Output;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Displays the progress of training on stderr.</summary>
internal sealed class TrainingProgressDisplay(TimeProvider time) : IProgress<TrainingProgress>, IProgress<EpochResult>,
    IProgress<string>
{
    private readonly ProgressThrottle _throttle = new(time, terminalInterval: TimeSpan.FromSeconds(0.5));

    public void Report(TrainingProgress value) => _throttle.Report(() => Format(value), isLast: value.Step == value.Steps);

    public void Report(EpochResult value)
    {
        if (value.Validation is not { } validation)
            return;
        Terminal.ClearProgress();
        Terminal.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch}: training loss {value.TrainingLoss:F3}; validation macro F1 {validation.MacroF1:F3}, accuracy "
            + $"{validation.Accuracy:F3}, loss {validation.Loss:F3}"));
    }

    /// <summary>Reports a phase after the last step.</summary>
    public void Report(string value) => Terminal.WriteProgress($"{value} …", isLast: true);

    private static string Format(TrainingProgress value) => string.Create(
        CultureInfo.InvariantCulture,
        $"{value.Stage}: epoch {value.Epoch} of {value.Epochs}, step {value.Step:N0} of {value.Steps:N0}, loss {value.Loss:F3}, "
        + $"{value.TokensPerSecond:N0} tokens/s, {value.Remaining:hh\\:mm\\:ss} left");
}
