// Fragment stage of the geometry pass: depth along the axis, normal, packed row and part; colour only when a look asks.
in vec3 v_cam_m;
in vec3 v_normal;
in vec2 v_uv;
flat in uint v_id;

layout(location = 0) out float out_z_m;
layout(location = 1) out vec2 out_normal;
layout(location = 2) out uint out_id;
#ifdef COLOUR
in vec4 v_tint;
flat in vec2 v_cloth;
layout(location = 3) out vec4 out_albedo;
#endif

void main() {
    vec3 n = normalize(v_normal);
#ifdef LEAF
    if (is_leaf_hole(v_uv)) discard;
    if (dot(n, v_cam_m) > 0.0) n = -n;
#endif
    out_z_m = v_cam_m.z;
    out_normal = encode_normal(n);
    out_id = v_id;
#ifdef COLOUR
    out_albedo = surface_albedo(v_cloth, v_uv, v_tint.rgb);
    out_id |= uint(v_tint.a * 127.0 + 0.5) << 25;  // baked ambient occlusion
#endif
}
