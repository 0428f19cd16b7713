using Microsoft.Extensions.Logging;
using StreamBert.Inference.Batching;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Inference.Serving;

/// <summary>
/// One model name at work: its slot, the queue before it, and the threads that own the device (or, on a CPU, a core each).
/// </summary>
public sealed class ModelServer : IDisposable
{
    private readonly InferenceOptions _options;
    private readonly BatchRunner _runner;
    private readonly Readiness _readiness;
    private readonly ILogger _logger;
    private readonly List<Thread> _replicas;
    private readonly CancellationTokenSource _abandon = new();
    private volatile bool _broken;

    public ModelServer(string name, ServedModel first, InferenceOptions options, TimeProvider time, Readiness readiness, ILogger logger)
    {
        (Name, Slot, _options, _readiness, _logger) = (name, new(first), options, readiness, logger);
        Cache = new(options.CacheEntries);
        _runner = new(Cache, time);
        var devices = options.Replicas ?? options.DefaultReplicas;
        Queue = new(options, time, devices);
        // Threads of their own: a forward pass would hold up everybody else in the pool.
        _replicas = [.. Enumerable.Range(0, devices + options.Prefetch)
            .Select(i => new Thread(Replica) { Name = $"inference {name} {i}", IsBackground = true })];
        _replicas.ForEach(static replica => replica.Start());
        ReportReady();
    }

    /// <summary>What pipelines call the model.</summary>
    public string Name { get; }
    public ModelSlot Slot { get; }
    public BatchQueue Queue { get; }

    /// <summary>What it has answered lately.</summary>
    public AnswerCache Cache { get; }

    private string Part => PartOf(Name);

    /// <summary>The name of a model's part of the readiness.</summary>
    public static string PartOf(string model) => $"model {model}";

    /// <summary>Says that this model serves, and in which version.</summary>
    public void ReportReady()
    {
        _broken = false;
        _readiness.Ready(Part, $"serves {Slot.Version}");
    }

    /// <summary>Lets the batch under way end, cancels what still waits, and unloads the model.</summary>
    public void Dispose()
    {
        _abandon.Cancel();
        Queue.Close();
        _replicas.ForEach(static replica => replica.Join());
        Slot.Dispose();
    }

    private void Replica()
    {
        while (Queue.Take() is { } batch)
        {
            RunUntilAnswered(batch);
            Queue.Release();
        }
    }

    /// <summary>
    /// A broken model costs time, never texts: the batch is tried again until the model works or a better one takes over.
    /// </summary>
    private void RunUntilAnswered(IReadOnlyList<PendingText> batch)
    {
        while (!_abandon.IsCancellationRequested)
        {
            try
            {
                using var lease = Slot.Acquire();
                _runner.Run(lease.Model, batch);
                if (_broken)
                    ReportReady();
                return;
            }
            catch (ModelBrokenException e)
            {
                _broken = true;
                _readiness.Waiting(Part, e.Message);
                _logger.LogCritical(
                    e,
                    "Model {Model} cannot classify; no text is lost, trying again in {Seconds} s",
                    Name,
                    _options.RetryDelay.TotalSeconds);
                _abandon.Token.WaitHandle.WaitOne(_options.RetryDelay);
            }
        }
        foreach (var text in batch)
            text.Cancel();
    }
}
