namespace StreamBert.Gateway.Security.Authentication;

/// <summary>Holds the reason why the credentials of a request were rejected.</summary>
internal sealed record CredentialFailure(string Reason);
