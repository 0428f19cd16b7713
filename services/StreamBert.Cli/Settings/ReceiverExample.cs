namespace StreamBert.Cli.Settings;

/// <summary>The line that adds a receiver of messages about alerts.</summary>
internal static class ReceiverExample
{
    /// <summary>Starts all services with a receiver.</summary>
    public const string Line = "STREAMBERT_Alerting__Receivers__0__Name=ops STREAMBERT_Alerting__Receivers__0__Type=slack "
        + "STREAMBERT_Alerting__Receivers__0__Url=https://hooks.slack.com/services/… streambert up";
}
