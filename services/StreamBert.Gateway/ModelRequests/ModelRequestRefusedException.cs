using StreamBert.Contracts;

namespace StreamBert.Gateway.ModelRequests;

/// <summary>Reports that the trainer has refused a request about a model, with the reason and what to do.</summary>
public sealed class ModelRequestRefusedException(ModelRequestRefused refusal) : Exception(refusal.Detail)
{
    /// <summary>Whether the model does not exist.</summary>
    public bool IsUnknownModel => refusal.Reason == DeadLetterReasons.UnknownModel;
}
