namespace StreamBert.Alerting.Receivers;

/// <summary>The answer of a receiver that accepted a message.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Refused">The recipients for whom it did not accept the message, with its reasons; null: it accepted it for all.</param>
internal sealed record Acceptance(string Answer, string? Refused = null);
