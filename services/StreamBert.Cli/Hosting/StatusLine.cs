using System.Globalization;
using StreamBert.Cli.Output;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Hosting;

/// <summary>Keeps one line on the terminal up to date: texts in, texts out and throughput.</summary>
/// <param name="describeInput">Describes the current input.</param>
/// <param name="redirectedInterval">The interval between lines if stderr is a file or pipe; null: no lines.</param>
internal sealed class StatusLine(LedgerReader ledger, TimeProvider time, Func<string> describeInput, TimeSpan? redirectedInterval = null)
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        if ((Terminal.IsInteractive ? TerminalInterval : redirectedInterval) is not { } interval)
            return;
        using var timer = new PeriodicTimer(interval, time);
        LedgerView? last = null;
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                var view = await ledger.ReadAsync(stopping);
                Terminal.WriteProgress(Format(view, last, describeInput()));
                last = view;
            }
            catch (LogUnavailableException)
            {
                last = null; // the services log the failure themselves
            }
        }
    }

    public static string Format(LedgerView view, LedgerView? last, string input)
    {
        var seconds = last is null ? 0 : (view.At - last.At).TotalSeconds;
        var throughput = seconds > 0 && view.Total.Out is { } now && last!.Total.Out is { } before ? (now - before) / seconds : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"in {view.Total.In:N0} · out {view.Total.Out:N0} · dead-lettered {view.Total.DeadLettered:N0} · "
            + $"in flight {view.Total.InFlight:N0} · {throughput:N0} texts/s · {input}");
    }

    /// <summary>Formats a progress bar for a share from 0 to 1.</summary>
    public static string FormatBar(double share)
    {
        const int Width = 20;
        var clamped = Math.Clamp(share, 0, 1);
        var filled = (int)Math.Round(clamped * Width);
        return string.Create(CultureInfo.InvariantCulture, $"[{new string('=', filled)}{new string(' ', Width - filled)}] {clamped:P0}");
    }
}
