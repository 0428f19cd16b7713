using StreamBert.Contracts;

namespace StreamBert.Inference.Serving;

/// <summary>The candidate of a rollout beside the serving version. Thread-safe.</summary>
internal sealed class CandidateModel : IDisposable
{
    private readonly ServedModel _model;
    private readonly ModelSlot _slot;
    private readonly string _stage;
    private readonly double _share;
    private int _owners = 1;

    /// <param name="stage">A stage of <see cref="RolloutStages"/> that is under way.</param>
    /// <param name="share">The share of the keys that the candidate answers, or of the texts of which it gets copies.</param>
    public CandidateModel(ServedModel model, string stage, double share)
    {
        (_stage, _share) = (stage, share);
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

    public string Version => _model.Version;

    /// <summary>Describes the stage for the health of the process.</summary>
    public string Description => FormattableString.Invariant($"{Version} is in the stage {_stage} on {_share:0.###} of the keys");

    /// <summary>
    /// Returns whether the candidate answers the texts of a key. The hash contains the version, so that not the same keys meet every
    /// candidate.
    /// </summary>
    public bool Answers(string key) => _stage == RolloutStages.Canary && IsSelected(key);

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

    private bool IsSelected(string key) => StableHash.Of($"{Version}/{key}") < _share * ulong.MaxValue;
}
