using StreamBert.Cli.Embedded;
using StreamBert.Cli.Output;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Settings;
using StreamBert.Cli.Settings.Catalog;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;

namespace StreamBert.Cli.Hosting;

/// <summary>Starts all services with their input, and stops them in order: the input, the services, the state store.</summary>
internal sealed class UpRunner(UpOptions options)
{
    private const int MaxPortAttempts = 10;
    private const string ModelComponentPrefix = "model ";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private readonly UpMessages _messages = new(options);

    /// <returns>0: stopped as requested; 1: a service failed, or the ledger of a replay is not balanced.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        for (var isAnnounced = false; ; isAnnounced = true)
        {
            try
            {
                return await RunActiveAsync(stop);
            }
            catch (LogInUseException e) when (options.IsStandby)
            {
                if (!isAnnounced)
                    await _messages.Output.WriteLineAsync($"Standby: this process takes over when the active process ends. {e.Message}");
                await Task.Delay(PollInterval, stop);
            }
        }
    }

    private async Task<int> RunActiveAsync(CancellationToken stop)
    {
        PortCheck.Run(options);
        await WarnOfSettingsAsync();
        PrivateFiles.CreateDirectory(options.Data);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunHostAsync(stop);
            }
            catch (PortTakenException) when (attempt < MaxPortAttempts)
            {
                // The next host chooses another port for the state store.
            }
        }
    }

    private async Task<int> RunHostAsync(CancellationToken stop)
    {
        EmbeddedStateServer? state = null;
        try
        {
            await using var app = UpHost.Build(options, () => new(Path.Combine(options.Data, DataDirectory.State)), out state);
            return await RunAsync(app, state, stop);
        }
        finally
        {
            if (state is not null)
                await state.DisposeAsync();
        }
    }

    private async Task<int> RunAsync(WebApplication app, EmbeddedStateServer? state, CancellationToken stop)
    {
        var pipelines = app.Services.GetRequiredService<PipelineCatalog>();
        var replay = options.Replay is { } request ? ReplayOptions.Validate(request, pipelines) : null;
        _messages.AnnounceStart();
        // The log is opened before the state store: existing state without a log means that the log was lost.
        _ = app.Services.GetRequiredService<IEventLog>();
        await RestrictFilesAsync();
        StartState(state);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        await app.StartAsync(stopping.Token);
        try
        {
            await WaitUntilReadyAsync(app.Services.GetRequiredService<Readiness>(), app.Urls, stopping.Token);
            return await new UpInput(options, app.Services, app.Urls, _messages).RunAsync(replay, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return stop.IsCancellationRequested ? 0 : 1; // without a stop request, a service failed and logged the reason
        }
        finally
        {
            _messages.Write("Stopping: texts in flight are completed; the rest stays in the log.");
            await app.StopAsync(CancellationToken.None);
        }
    }

    private async Task WarnOfSettingsAsync()
    {
        var settings = EffectiveSettings.Read(CommandSettings.ReadSources(options.Data, options.SettingsFile));
        foreach (var fault in SettingsCheck.FindFaults(settings))
            await Terminal.Error.WriteLineAsync($"warning: {fault}");
    }

    private async Task RestrictFilesAsync()
    {
        foreach (var file in PrivateFiles.Restrict(options.Data))
            await Terminal.Error.WriteLineAsync($"warning: {file} was accessible to other users; now only this user has access.");
    }

    private void StartState(EmbeddedStateServer? state)
    {
        if (state?.Start() is not { } damage)
            return;
        _messages.Write(
            $"The state store in {Path.Combine(options.Data, DataDirectory.State)} is discarded: {damage}. "
            + "It is rebuilt from the log; until then, queries may miss recent data.");
    }

    /// <summary>Waits until all components are ready, and reports missing models, because they may be imported much later.</summary>
    private async Task WaitUntilReadyAsync(Readiness readiness, IEnumerable<string> urls, CancellationToken stop)
    {
        var reported = new HashSet<string>();
        while (!readiness.IsReady)
        {
            var waiting = readiness.Parts.Where(static part => !part.Value.IsReady).ToList();
            var models = waiting.Where(static part => part.Key.StartsWith(ModelComponentPrefix, StringComparison.Ordinal));
            foreach (var model in models.Where(model => reported.Add(model.Value.Detail)))
                _messages.Write($"Waiting for the {model.Key}: {model.Value.Detail}. The dashboard is at {string.Join(", ", urls)}.");
            if (Terminal.IsInteractive)
                Terminal.WriteProgress(string.Join("; ", waiting.Select(static part => $"{part.Key}: {part.Value.Detail}")));
            await Task.Delay(PollInterval, stop);
        }
        Terminal.ClearProgress();
    }
}
