using StreamBert.Inference.Serving;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference.Batching;

/// <summary>Serves one model: its slot, its queue, and the threads that own the device (on a CPU, one core each).</summary>
internal sealed class ModelServer : IDisposable
{
    private readonly BatchRunner _runner;
    private readonly Readiness _readiness;
    private readonly Supervisor _supervisor;
    private readonly SupervisedTask _classification;
    private readonly List<Thread> _replicas;
    private readonly CancellationTokenSource _shutdown = new();
    private volatile bool _isUnhealthy;
    private volatile CandidateModel? _candidate;

    public ModelServer(
        string name, ServedModel first, InferenceOptions options, TimeProvider time, Readiness readiness, Supervisor supervisor)
    {
        (Name, Slot, _readiness, _supervisor) = (name, new(first), readiness, supervisor);
        _classification = SupervisedTask.WithDelay($"The classification by model {name}", options.RetryDelay) with
        {
            ReadinessPart = ReadinessPart,
            IsRetryable = static error => error is UnhealthyModelException,
            OnFailure = _ => _isUnhealthy = true,
        };
        Cache = new(options.CacheEntries);
        _runner = new(Cache, time);
        var devices = options.Replicas ?? options.DefaultReplicas;
        Queue = new(options, time, devices);
        // Dedicated threads: a forward pass would block a thread of the pool.
        _replicas =
        [
            .. Enumerable.Range(0, devices + options.Prefetch)
                .Select(number => new Thread(RunReplica) { Name = $"inference {name} {number}", IsBackground = true }),
        ];
        _replicas.ForEach(static replica => replica.Start());
        ReportReady();
    }

    /// <summary>The name by which pipelines refer to the model.</summary>
    public string Name { get; }

    public ModelSlot Slot { get; }

    public BatchQueue Queue { get; }

    public PredictionCache Cache { get; }

    /// <summary>The candidate of the model's rollout; null if none is under way.</summary>
    public CandidateModel? Candidate => _candidate;

    private string ReadinessPart => ReadinessPartOf(Name);

    /// <summary>Returns the name of the readiness part of a model.</summary>
    public static string ReadinessPartOf(string model) => $"model {model}";

    /// <summary>Reports that this model serves, its version and its precision.</summary>
    public void ReportReady()
    {
        _isUnhealthy = false;
        _readiness.MarkReady(
            ReadinessPart,
            $"serves {Slot.Version} in {Slot.Precision}{(_candidate is { } candidate ? $"; {candidate.Description}" : "")}");
    }

    /// <summary>Begins a rollout, or ends it (null).</summary>
    public void SetCandidate(CandidateModel? candidate)
    {
        var previous = _candidate;
        if (previous is null && candidate is null)
            return;
        _candidate = candidate;
        previous?.Dispose();
        ReportReady();
    }

    /// <summary>Returns a lease of the version that answers the texts of a key.</summary>
    public ModelSlot.Lease Acquire(string key) =>
        _candidate is { } candidate && candidate.Answers(key) && candidate.TryAcquire() is { } lease ? lease : Slot.Acquire();

    /// <summary>Finishes the current batches, cancels the queued texts, and unloads the model.</summary>
    public void Dispose()
    {
        _shutdown.Cancel();
        Queue.Close();
        _replicas.ForEach(static replica => replica.Join());
        _candidate?.Dispose();
        Slot.Dispose();
    }

    private void RunReplica()
    {
        while (Queue.Take() is { } batch)
        {
            RunWithRetries(batch);
            Queue.Release();
        }
    }

    /// <summary>Retries a batch until the model works or another version takes over: an unhealthy model costs time, never texts.</summary>
    private void RunWithRetries(IReadOnlyList<PendingText> batch)
    {
        try
        {
            _supervisor.RunOnce(_classification, _ => RunOnce(batch), _shutdown.Token);
        }
        catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
        {
            foreach (var text in batch)
                text.Cancel();
        }
    }

    private void RunCandidate(CandidateModel candidate, IReadOnlyList<PendingText> batch)
    {
        using var lease = candidate.TryAcquire();
        if (lease is not null)
            _runner.RunCandidate(lease.Model, [.. batch.Where(text => text.Key is { } key && candidate.Answers(key))]);
    }

    /// <summary>Queues copies of the texts that were answered; one that does not fit is counted.</summary>
    private void OfferCopies(CandidateModel candidate, IReadOnlyList<PendingText> batch)
    {
        foreach (var text in batch.Where(text => text is { Key: { } key, Pipeline: not null } && candidate.GetsCopies(key)))
        {
            if (text.Answer is { } answer && !Queue.TryAddShadow(text.CopyFor(answer)))
                candidate.Tally.CountDropped();
        }
    }

    private void RunShadow(CandidateModel? candidate, IReadOnlyList<PendingText> copies)
    {
        using var lease = candidate?.TryAcquire();
        if (candidate is null || lease is null)
            return; // the rollout has ended
        _runner.RunCandidate(lease.Model, copies);
        foreach (var copy in copies)
        {
            if (copy.Answer is { } answer)
                candidate.Tally.Add(copy.Pipeline!, copy.ChampionAnswer!.Heads, answer.Heads);
            else
                candidate.Tally.CountFailure();
        }
    }

    private void RunOnce(IReadOnlyList<PendingText> batch)
    {
        var candidate = _candidate;
        if (batch[0].Priority == Priority.Shadow)
        {
            RunShadow(candidate, batch);
            return;
        }
        if (candidate is not null)
            RunCandidate(candidate, batch);
        using var lease = Slot.Acquire();
        _runner.Run(lease.Model, batch); // also what the candidate failed on
        if (candidate is not null)
            OfferCopies(candidate, batch);
        if (_isUnhealthy)
            ReportReady();
    }
}
