using StreamBert.Inference.Serving;

namespace StreamBert.Inference.Rollout;

/// <summary>A version that is to serve and cannot be loaded.</summary>
/// <param name="Serving">The version that serves instead; null: none.</param>
internal sealed record RefusedVersion(ModelTarget Target, string Reason, string? Serving);
