using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace StreamBert.Gateway.Identity;

/// <summary>A route's role; null: it is open to all.</summary>
internal sealed record RequiredRole(string? Name);
