using StreamBert.Contracts;

namespace StreamBert.Inference.Serving;

/// <summary>The candidate of a rollout beside the serving version. Thread-safe.</summary>
internal sealed class CandidateModel : IDisposable
{
    private readonly ServedModel _model;
    private readonly ModelSlot _slot;
    private readonly ModelTarget _target;
    private int _owners = 1;

    public CandidateModel(ServedModel model, ModelTarget target)
    {
        _target = target;
        _model = model with
        {
            Unload = () =>
            {
                if (Interlocked.Decrement(ref _owners) == 0)
                    model.Unload();
            },
        };
        _slot = new(_model);
    }

    /// <summary>The answers to copies of texts.</summary>
    public ShadowTally Tally { get; } = new();

    public string Version => _model.Version;

    /// <summary>Describes the stage for the health of the process.</summary>
    public string Description =>
        FormattableString.Invariant($"{Version} is in the stage {_target.Stage} on {_target.Share:0.###} of the keys");

    /// <summary>
    /// Returns whether the candidate answers the texts of a key. The hash contains the version, so that not the same keys meet every
    /// candidate.
    /// </summary>
    public bool Answers(string key) => _target.Stage == RolloutStages.Canary && IsSelected(key);

    /// <summary>Returns whether the candidate gets copies of the texts of a key.</summary>
    public bool GetsCopies(string key) => _target.Stage == RolloutStages.Shadow && IsSelected(key);

    /// <summary>Returns what was counted since the last report; null if nothing was.</summary>
    public ShadowReported? TakeReport(string model, string champion, DateTimeOffset now) =>
        Tally.Take(model, Version, champion, _target.StageStart, now);

    /// <summary>Returns a lease, or null if the rollout has just ended.</summary>
    public ModelSlot.Lease? TryAcquire()
    {
        try
        {
            return _slot.Acquire();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Returns the model for one more owner, who unloads it, too: it is freed after the last of them.</summary>
    public ServedModel AddOwner()
    {
        Interlocked.Increment(ref _owners);
        return _model;
    }

    public void Dispose() => _slot.Dispose();

    private bool IsSelected(string key) => StableHash.Of($"{Version}/{key}") < _target.Share * ulong.MaxValue;
}
