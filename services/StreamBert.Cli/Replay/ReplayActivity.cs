
namespace StreamBert.Cli.Replay;

/// <summary>Describes what a replay is doing.</summary>
/// <param name="Name">The activity, such as <c>checking</c>.</param>
/// <param name="Share">The completed share, 0 to 1.</param>
internal sealed record ReplayActivity(string Name, double Share);
