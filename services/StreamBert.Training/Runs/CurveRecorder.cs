using StreamBert.Contracts;
using StreamBert.Model.Manifests;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Training.Runs;

/// <summary>Records the curves of a run, with a bounded number of points however many steps it has.</summary>
internal sealed class CurveRecorder : IProgress<EpochResult>
{
    public const int MaximumPoints = 100;

    private readonly List<CurvePoint> _training = [];
    private readonly List<CurvePoint> _validation = [];
    private int _interval = 1, _lastStep;

    /// <summary>Adds a step. Beyond the maximum every second point is removed, and later ones are recorded half as often.</summary>
    public void Add(TrainingProgress progress)
    {
        _lastStep = progress.Step;
        if (!double.IsFinite(progress.Loss) || (progress.Step % _interval != 0 && progress.Step != progress.Steps))
            return;
        _training.Add(new(progress.Step, Math.Round(progress.Loss, 5)));
        if (_training.Count <= MaximumPoints)
            return;
        _interval *= 2;
        _training.RemoveAll(point => point.Step % _interval != 0 && point.Step != progress.Steps);
    }

    /// <summary>Adds the loss on the validation texts after an epoch.</summary>
    public void Report(EpochResult value)
    {
        if (value.Validation is { } validation && double.IsFinite(validation.Loss))
            _validation.Add(new(_lastStep, Math.Round(validation.Loss, 5)));
    }

    public RunCurve Create(TrainingUsage usage) => new()
    {
        Training = [.. _training],
        Validation = [.. _validation],
        Steps = usage.Steps,
        TokensPerSecond = Math.Round(usage.TokensPerSecond, 1),
        EnergyWattHours = Math.Round(1000 * usage.Energy.KilowattHours, 4),
        EnergySource = usage.Energy.Source,
    };
}
