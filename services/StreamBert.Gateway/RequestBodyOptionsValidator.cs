using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway;

/// <summary>Refuses to start where the largest body could never be read for lack of memory.</summary>
internal sealed class RequestBodyOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(
        string? name,
        GatewayOptions options) => options.MaxTotalBodyBytes >= (long)Http.Requests.RequestBodyBudget.PerByte * options.MaxBodyBytes
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Gateway:MaxTotalBodyBytes is {options.MaxTotalBodyBytes}; one body of Gateway:MaxBodyBytes ({options.MaxBodyBytes}) alone takes {(long)Http.Requests.RequestBodyBudget.PerByte * options.MaxBodyBytes}.");
}
