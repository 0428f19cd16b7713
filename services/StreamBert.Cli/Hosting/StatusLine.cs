using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Hosting;

/// <summary>One line on a person's terminal that is kept up to date: what came in, what went out, how fast.</summary>
/// <param name="unwatched">How often a line is written where no person watches, into a file for one; null: never.</param>
internal sealed class StatusLine(LedgerReader ledger, TimeProvider time, Func<string> feeding, TimeSpan? unwatched = null)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        if ((Terminal.IsWatched ? Period : unwatched) is not { } period)
            return;
        using var timer = new PeriodicTimer(period, time);
        LedgerView? last = null;
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                var view = await ledger.ReadAsync(stopping);
                Terminal.Progress(Text(view, last, feeding()));
                last = view;
            }
            catch (LogUnavailableException)
            {
                last = null; // the services say so themselves
            }
        }
    }

    public static string Text(LedgerView view, LedgerView? last, string feeding)
    {
        var seconds = last is null ? 0 : (view.At - last.At).TotalSeconds;
        var rate = seconds > 0 && view.Total.Out is { } now && last!.Total.Out is { } before ? (now - before) / seconds : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"in {view.Total.In:N0} · out {view.Total.Out:N0} · dead-lettered {view.Total.DeadLettered:N0} · "
            + $"in flight {view.Total.InFlight:N0} · {rate:N0} texts/s · {feeding}");
    }

    /// <summary>A bar for the share done, 0 to 1.</summary>
    public static string Bar(double share)
    {
        const int Width = 20;
        var done = (int)Math.Round(Math.Clamp(share, 0, 1) * Width);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('=', done)}{new string(' ', Width - done)}] {Math.Clamp(share, 0, 1):P0}");
    }
}
